/*
 * The switch for Arm's processors of the M profile with Thumb-2: Cortex-M3, M4, M7, M33 and
 * the like.
 *
 * A context without floating point pays for none. The processor sets a bit (FPCA) with the
 * first floating-point instruction of a context, and loads the default rounding mode then.
 * The switch saves the registers s16 to s31 and the rounding mode only if the bit is set. A
 * context that had not set it finds it cleared again, so it begins with the default mode, too.
 */
#include "core/backend.h"
#include <stdint.h>
#include <string.h>

const char gti_backend_name[] = "cortexm";

#if defined __ARM_FP
#define SAVE_FLOATS                                                                                \
    "mrs r2, control\n\t"                                                                          \
    "tst r2, #4\n\t"                                                                               \
    "itt ne\n\t"                                                                                   \
    "vpushne {d8-d15}\n\t"                                                                         \
    "vmrsne r3, fpscr\n\t"                                                                         \
    "push {r2, r3}\n\t"
#define RESTORE_FLOATS                                                                             \
    "pop {r2, r3}\n\t"                                                                             \
    "tst r2, #4\n\t"                                                                               \
    "itt ne\n\t"                                                                                   \
    "vmsrne fpscr, r3\n\t"                                                                         \
    "vpopne {d8-d15}\n\t"                                                                          \
    "bne 1f\n\t"                                                                                   \
    "mrs r2, control\n\t"                                                                          \
    "bic r2, r2, #4\n\t"                                                                           \
    "msr control, r2\n\t"                                                                          \
    "isb\n"                                                                                        \
    "1:\n\t"
enum { FLOAT_WORDS = 2 };
#else
#define SAVE_FLOATS
#define RESTORE_FLOATS
enum { FLOAT_WORDS = 0 };
#endif

/* r3 only keeps the stack aligned to 8 bytes. */
__asm__(".syntax unified\n\t"
        ".thumb\n\t"
        ".section .text.gti_cortexm_switch, \"ax\", %progbits\n\t"
        ".balign 4\n\t"
        ".global gti_cortexm_switch\n\t"
        ".hidden gti_cortexm_switch\n\t"
        ".type gti_cortexm_switch, %function\n\t"
        ".thumb_func\n"
        "gti_cortexm_switch:\n\t"
        "push {r3-r11, lr}\n\t" SAVE_FLOATS
        "mov r12, sp\n\t"
        "str r12, [r0]\n\t"
        "mov sp, r1\n\t" RESTORE_FLOATS
        "pop {r3-r11, pc}\n\t"
        ".size gti_cortexm_switch, . - gti_cortexm_switch\n\t"

        /* Where a new context begins: its function is in r4, and the argument in r5. */
        ".section .text.gti_cortexm_first, \"ax\", %progbits\n\t"
        ".balign 4\n\t"
        ".global gti_cortexm_first\n\t"
        ".hidden gti_cortexm_first\n\t"
        ".type gti_cortexm_first, %function\n\t"
        ".thumb_func\n"
        "gti_cortexm_first:\n\t"
        ".fnstart\n\t"
        ".cantunwind\n\t"
        "mov r0, r5\n\t"
        "blx r4\n\t"
        "udf #0\n\t"
        ".fnend\n\t"
        ".size gti_cortexm_first, . - gti_cortexm_first\n\t"
        ".text");

void gti_cortexm_first(void);

/* What the switch pops, from the low end. */
typedef struct frame {
    uintptr_t floats[FLOAT_WORDS + 1]; /* zeros: it has used none. The last word is r3's */
    gti_entry *r4;
    void *r5;
    uintptr_t r6_to_r11[6];
    void (*pc)(void);
} frame;

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
    frame *first = (void *)((char *)low + size - sizeof *first);
    *first = (frame){.r4 = entry, .r5 = arg, .pc = gti_cortexm_first};
    context->word = first;
}
