/*
 * x86_64, in the calling convention of System V.
 *
 * Two registers are in the record, because they must not be named as overwritten: the
 * frame pointer, and rbx, by which clang addresses locals where a frame is aligned.
 */
#ifndef GTI_PROCESSOR_X86_64_H
#define GTI_PROCESSOR_X86_64_H

typedef struct gti_suspended {
    void *sp, *fp, *bx, *resume;
    uint32_t sse; /* MXCSR */
    uint16_t x87; /* the control word */
} gti_suspended;

_Static_assert(offsetof(gti_suspended, x87) == 36, "the assembly below knows the places");

/* gcc knows these names only where it may use the registers. */
#if defined __AVX512F__
#define GTI_AVX512                                                                                 \
    "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23", "xmm24", "xmm25",      \
        "xmm26", "xmm27", "xmm28", "xmm29", "xmm30", "xmm31", "k0", "k1", "k2", "k3", "k4", "k5",  \
        "k6", "k7",
#else
#define GTI_AVX512
#endif

/*
 * The context that resumes *here has the address of the record in rdi, where a called
 * function has its first argument. It leaves the old x87 control word in dx. That word is
 * written only if it differs. MXCSR is always written: a comparison would have to wait
 * for its value, which is what a read costs.
 *
 * endbr64 is a landing place for indirect jumps, which -fcf-protection=branch asks for.
 * It does nothing otherwise.
 */
GTI_INLINE void gti_jump_away(gti_suspended *here, gti_suspended *there)
{
    __asm__ volatile("leaq 1f(%%rip), %%rax\n\t"
                     "stmxcsr 32(%%rsi)\n\t"
                     "fnstcw 36(%%rsi)\n\t"
                     "movq %%rsp, (%%rsi)\n\t"
                     "movq %%rbp, 8(%%rsi)\n\t"
                     "movq %%rbx, 16(%%rsi)\n\t"
                     "movq %%rax, 24(%%rsi)\n\t"
                     "movzwl 36(%%rsi), %%edx\n\t" GTI_UNWINDS_NO_FURTHER("rip")
                     "movq (%%rdi), %%rsp\n\t"
                     "movq 8(%%rdi), %%rbp\n\t"
                     "movq 16(%%rdi), %%rbx\n\t"
                     "jmpq *24(%%rdi)\n" GTI_UNWINDS_AGAIN
                     "1:\n\t"
                     "endbr64\n\t"
                     "ldmxcsr 32(%%rdi)\n\t"
                     "cmpw 36(%%rdi), %%dx\n\t"
                     "je 2f\n\t"
                     "fldcw 36(%%rdi)\n"
                     "2:"
                     : "+S"(here), "+D"(there)
                     :
                     : "rax", "rcx", "rdx", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
                       "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8",
                       "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15",
                       GTI_AVX512 "mm0", "mm1", "mm2", "mm3", "mm4", "mm5", "mm6", "mm7", "st",
                       "st(1)", "st(2)", "st(3)", "st(4)", "st(5)", "st(6)", "st(7)", "memory",
                       "cc");
}

/*
 * It uses no variable in memory: under AddressSanitizer the variables of this frame are
 * gone by now. What is below the stack pointer is not needed any more.
 */
GTI_INLINE void gti_jump_terminate(gti_suspended *there)
{
    __asm__ volatile("fnstcw -8(%%rsp)\n\t"
                     "movzwl -8(%%rsp), %%edx\n\t" GTI_UNWINDS_NO_FURTHER("rip")
                     "movq (%%rdi), %%rsp\n\t"
                     "movq 8(%%rdi), %%rbp\n\t"
                     "movq 16(%%rdi), %%rbx\n\t"
                     "jmpq *24(%%rdi)\n" GTI_UNWINDS_AGAIN
                     :
                     : "D"(there)
                     : "rdx", "memory");
}

/* A return address of 0 on the stack, as if no function had called it. */
GTI_INLINE void gti_suspended_make(gti_suspended *record, void *top,
                                   void (*function)(gti_suspended *))
{
    void **sp = (void **)top - 1;
    *sp = NULL;
    *record = (gti_suspended){.sp = sp};
    memcpy(&record->resume, &function, sizeof function);
}

#define GTI_OUTERMOST GTI_UNWIND(".cfi_undefined rip")

/* The instruction does nothing where there is no shadow stack. */
GTI_INLINE bool gti_shadow_stack_runs(void)
{
    void *pointer = NULL;
    __asm__ volatile("rdsspq %0" : "+r"(pointer));
    return pointer != NULL;
}

#endif
