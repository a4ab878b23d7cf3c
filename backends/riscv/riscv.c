/*
 * The switch for RISC-V, with 32 and 64 bits, and with each of the conventions for
 * floating-point arguments.
 *
 * A frame has a word for each integer register that a function must keep, then one for the
 * rounding mode, and then the floating-point registers that a function must keep. Only a
 * convention that passes arguments in them has any.
 */
#include "core/backend.h"
#include <stdint.h>
#include <string.h>

const char gti_backend_name[] = "riscv";

#define TEXT_OF(number) #number
#define TEXT(number) TEXT_OF(number)

#if __riscv_xlen == 64
#define WORD 8
#define SAVE_WORD "sd "
#define LOAD_WORD "ld "
#else
#define WORD 4
#define SAVE_WORD "sw "
#define LOAD_WORD "lw "
#endif

#if defined __riscv_float_abi_double
#define FLOAT 8
#define SAVE_FLOAT "fsd "
#define LOAD_FLOAT "fld "
#elif defined __riscv_float_abi_single
#define FLOAT 4
#define SAVE_FLOAT "fsw "
#define LOAD_FLOAT "flw "
#else
#define FLOAT 0
#endif

/* In the frame: ra, s0 to s11, the rounding mode; a multiple of 16 bytes. */
#define WORDS 16
#define PLACE(i) TEXT(i) " * " TEXT(WORD) "(sp)\n\t"
#define EACH_WORD(do)                                                                              \
    do "ra, " PLACE(0) do "s0, " PLACE(1) do "s1, " PLACE(2) do "s2, " PLACE(3) do "s3, " PLACE(4) \
    do "s4, " PLACE(5) do "s5, " PLACE(6) do "s6, " PLACE(7) do "s7, " PLACE(8) do "s8, " PLACE(9) \
    do "s9, " PLACE(10) do "s10, " PLACE(11) do "s11, " PLACE(12)

#define FLOAT_PLACE(i) TEXT(WORDS) " * " TEXT(WORD) " + " TEXT(i) " * " TEXT(FLOAT) "(sp)\n\t"
#define EACH_FLOAT(do)                                                                             \
    do "fs0, " FLOAT_PLACE(0) do "fs1, " FLOAT_PLACE(1) do "fs2, " FLOAT_PLACE(2)                  \
    do "fs3, " FLOAT_PLACE(3) do "fs4, " FLOAT_PLACE(4) do "fs5, " FLOAT_PLACE(5)                  \
    do "fs6, " FLOAT_PLACE(6) do "fs7, " FLOAT_PLACE(7) do "fs8, " FLOAT_PLACE(8)                  \
    do "fs9, " FLOAT_PLACE(9) do "fs10, " FLOAT_PLACE(10) do "fs11, " FLOAT_PLACE(11)

#if FLOAT
#define SAVE_FLOATS EACH_FLOAT(SAVE_FLOAT)
#define LOAD_FLOATS EACH_FLOAT(LOAD_FLOAT)
#else
#define SAVE_FLOATS ""
#define LOAD_FLOATS ""
#endif

/* The mode is written only if it differs, because a write may make the unit wait. */
#if defined __riscv_flen
#define SAVE_MODE "frrm t0\n\t" SAVE_WORD "t0, " PLACE(13)
#define LOAD_MODE                                                                                  \
    LOAD_WORD "t1, " PLACE(13) "beq t0, t1, 1f\n\t"                                                \
              "fsrm t1\n"                                                                          \
              "1:\n\t"
#else
#define SAVE_MODE ""
#define LOAD_MODE ""
#endif

#define SIZE TEXT(WORDS) " * " TEXT(WORD) " + 12 * " TEXT(FLOAT)

__asm__(".section .text.gti_riscv_switch, \"ax\", @progbits\n\t"
        ".balign 4\n\t"
        ".global gti_riscv_switch\n\t"
        ".hidden gti_riscv_switch\n\t"
        ".type gti_riscv_switch, @function\n"
        "gti_riscv_switch:\n\t"
        "addi sp, sp, -(" SIZE ")\n\t" EACH_WORD(SAVE_WORD) SAVE_FLOATS SAVE_MODE
        SAVE_WORD "sp, 0(a0)\n\t"
        "mv sp, a1\n\t" LOAD_MODE LOAD_FLOATS EACH_WORD(LOAD_WORD)
        "addi sp, sp, " SIZE "\n\t"
        "ret\n\t"
        ".size gti_riscv_switch, . - gti_riscv_switch\n\t"

        /* Where a new context begins: its function is in s0, and the argument in s1. */
        ".section .text.gti_riscv_first, \"ax\", @progbits\n\t"
        ".balign 4\n\t"
        ".global gti_riscv_first\n\t"
        ".hidden gti_riscv_first\n\t"
        ".type gti_riscv_first, @function\n"
        "gti_riscv_first:\n\t"
        ".cfi_startproc\n\t"
        ".cfi_undefined ra\n\t"
        "mv a0, s1\n\t"
        "jalr s0\n\t"
        "unimp\n\t"
        ".cfi_endproc\n\t"
        ".size gti_riscv_first, . - gti_riscv_first\n\t"
        ".text");

void gti_riscv_first(void);

/* The beginning of a frame. A rounding mode of 0 is to nearest. */
typedef struct frame {
    void (*ra)(void);
    gti_entry *s0;
    void *s1;
} frame;

enum { FRAME_SIZE = WORDS * WORD + 12 * FLOAT };

_Static_assert(FRAME_SIZE % 16 == 0, "the stack stays aligned to 16 bytes");

bool gti_carrier_init(gti_carrier *carrier)
{
    (void)carrier;
    return true;
}

void gti_carrier_fini(gti_carrier *carrier)
{
    (void)carrier;
}

bool gti_carrier_adopt(gti_carrier *carrier, gti_context *context)
{
    (void)carrier;
    (void)context;
    return true;
}

void gti_carrier_disown(gti_carrier *carrier)
{
    (void)carrier;
}

void gti_context_make(gti_context *context, gti_carrier *carrier, void *low, size_t size,
                      gti_entry *entry, void *arg)
{
    (void)carrier;
    frame *first = (void *)((char *)low + size - FRAME_SIZE);
    memset(first, 0, FRAME_SIZE);
    first->ra = gti_riscv_first;
    first->s0 = entry;
    first->s1 = arg;
    context->word = first;
}
