/*
 * 64-bit RISC-V, in the calling convention LP64D.
 *
 * Two registers are in the record, because they must not be named as overwritten: the
 * frame pointer, which is s0, and s1, by which clang addresses locals where a frame is
 * aligned. No instruction changes gp and tp, which belong to the program and to the OS
 * thread.
 */
#ifndef GTI_PROCESSOR_RISCV64_H
#define GTI_PROCESSOR_RISCV64_H

typedef struct gti_suspended {
    void *sp, *fp, *s1, *resume;
    uint64_t control; /* frm, the rounding mode; fcsr has no other control */
} gti_suspended;

_Static_assert(offsetof(gti_suspended, resume) == 24, "the assembly below knows the places");

GTI_INLINE uint64_t gti_control_get(void)
{
    uint64_t now;
    __asm__ volatile("frrm %0" : "=r"(now));
    return now;
}

/*
 * The context that resumes *here has the address of the record in a0, where a called
 * function has its first argument. It jumps through t1: a jump through ra or t0 would
 * count as a return, and be predicted as one.
 */
GTI_INLINE void gti_jump_away(gti_suspended *here, gti_suspended *there)
{
    here->control = gti_control_get();
    register gti_suspended *resumed __asm__("a0") = there;
    register gti_suspended *left __asm__("a1") = here;
    register uint64_t control __asm__("a2") = here->control;
    __asm__ volatile("lla t1, 1f\n\t"
                     "sd sp, 0(a1)\n\t"
                     "sd s0, 8(a1)\n\t"
                     "sd s1, 16(a1)\n\t"
                     "sd t1, 24(a1)\n\t" GTI_UNWINDS_NO_FURTHER("ra") "ld t1, 24(a0)\n\t"
                                                                      "ld s1, 16(a0)\n\t"
                                                                      "ld s0, 8(a0)\n\t"
                                                                      "ld sp, 0(a0)\n\t"
                                                                      "jr t1\n" GTI_UNWINDS_AGAIN
                                                                      "1:"
                     : "+r"(resumed), "+r"(left), "+r"(control)
                     :
                     : "ra", "t0", "t1", "t2", "t3", "t4", "t5", "t6", "a3", "a4", "a5", "a6", "a7",
                       "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "ft0", "ft1",
                       "ft2", "ft3", "ft4", "ft5", "ft6", "ft7", "ft8", "ft9", "ft10", "ft11",
                       "fa0", "fa1", "fa2", "fa3", "fa4", "fa5", "fa6", "fa7", "fs0", "fs1", "fs2",
                       "fs3", "fs4", "fs5", "fs6", "fs7", "fs8", "fs9", "fs10", "fs11", "memory");
    if (control != here->control)
        __asm__ volatile("fsrm %0" : : "r"(here->control) : "memory");
}

GTI_INLINE void gti_jump_for_ever(gti_suspended *there)
{
    register gti_suspended *resumed __asm__("a0") = there;
    register uint64_t control __asm__("a2") = gti_control_get();
    __asm__ volatile(GTI_UNWINDS_NO_FURTHER("ra") "ld t1, 24(a0)\n\t"
                                                  "ld s1, 16(a0)\n\t"
                                                  "ld s0, 8(a0)\n\t"
                                                  "ld sp, 0(a0)\n\t"
                                                  "jr t1\n" GTI_UNWINDS_AGAIN
                     :
                     : "r"(resumed), "r"(control)
                     : "t1", "memory");
}

GTI_INLINE void gti_suspended_make(gti_suspended *record, void *top,
                                   void (*function)(gti_suspended *))
{
    *record = (gti_suspended){.sp = top};
    memcpy(&record->resume, &function, sizeof function);
}

#define GTI_OUTERMOST GTI_UNWIND(".cfi_undefined ra")

/* Code for a shadow stack is refused when configuring. */
GTI_INLINE bool gti_shadow_stack_runs(void)
{
    return false;
}

#endif
