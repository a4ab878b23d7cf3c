/*
 * 64-bit Arm, in the calling convention of AAPCS64.
 *
 * Two registers are in the record, because they must not be named as overwritten: the
 * frame pointer, and x19, by which clang addresses locals where a frame is aligned.
 */
#ifndef GTI_PROCESSOR_AARCH64_H
#define GTI_PROCESSOR_AARCH64_H

typedef struct gti_suspended {
    void *sp, *fp, *x19, *resume;
    uint64_t control; /* FPCR, which holds no status flags */
} gti_suspended;

GTI_INLINE uint64_t gti_control_get(void)
{
    uint64_t now;
    __asm__ volatile("mrs %0, fpcr" : "=r"(now));
    return now;
}

#if defined __ARM_FEATURE_SVE
#define GTI_SVE                                                                                    \
    "p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9", "p10", "p11", "p12", "p13", "p14", \
        "p15", "ffr",
#else
#define GTI_SVE
#endif

/*
 * The context that resumes *here has the address of the record in x0, where a called
 * function has its first argument. It jumps through x16, from which it may also enter a
 * landing place for calls. `hint 36` is a landing place for jumps (bti j). It does
 * nothing on a processor that does not know it.
 */
GTI_INLINE void gti_jump_away(gti_suspended *here, gti_suspended *there)
{
    here->control = gti_control_get();
    register gti_suspended *resumed __asm__("x0") = there;
    register gti_suspended *left __asm__("x1") = here;
    register uint64_t control __asm__("x2") = here->control;
    __asm__ volatile("adr x16, 1f\n\t"
                     "mov x17, sp\n\t"
                     "stp x17, x29, [x1]\n\t"
                     "stp x19, x16, [x1, 16]\n\t" GTI_UNWINDS_NO_FURTHER("x30")
                     "ldp x17, x29, [x0]\n\t"
                     "ldp x19, x16, [x0, 16]\n\t"
                     "mov sp, x17\n\t"
                     "br x16\n" GTI_UNWINDS_AGAIN
                     "1:\n\t"
                     "hint 36"
                     : "+r"(resumed), "+r"(left), "+r"(control)
                     :
                     : "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14",
                       "x15", "x16", "x17", "x18", "x20", "x21", "x22", "x23", "x24", "x25", "x26",
                       "x27", "x28", "x30", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8",
                       "v9", "v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17", "v18", "v19",
                       "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29", "v30",
                       "v31", GTI_SVE "memory", "cc");
    if (control != here->control)
        __asm__ volatile("msr fpcr, %0" : : "r"(here->control) : "memory");
}

GTI_INLINE void gti_jump_terminate(gti_suspended *there)
{
    register gti_suspended *resumed __asm__("x0") = there;
    register uint64_t control __asm__("x2") = gti_control_get();
    __asm__ volatile(GTI_UNWINDS_NO_FURTHER("x30") "ldp x17, x29, [x0]\n\t"
                     "ldp x19, x16, [x0, 16]\n\t"
                     "mov sp, x17\n\t"
                     "br x16\n" GTI_UNWINDS_AGAIN
                     :
                     : "r"(resumed), "r"(control)
                     : "x16", "x17", "memory");
}

GTI_INLINE void gti_suspended_make(gti_suspended *record, void *top,
                                   void (*function)(gti_suspended *))
{
    *record = (gti_suspended){.sp = top};
    memcpy(&record->resume, &function, sizeof function);
}

#define GTI_OUTERMOST GTI_UNWIND(".cfi_undefined x30")

/*
 * CHKFEAT is a hint, so it does nothing where it is unknown. It clears the bit of a
 * feature that is on.
 */
GTI_INLINE bool gti_shadow_stack_runs(void)
{
    register uint64_t asked __asm__("x16") = 1;
    __asm__ volatile("hint 40" : "+r"(asked));
    return asked == 0;
}

#endif
