/*
 * By a jump. A processor predicts each return by the call before it. The assembly is
 * called but does not return. So after a call, the next return of the resumed context
 * would be predicted wrongly, which costs more than the whole switch. An address that is
 * pushed by hand does not count as a call. The code may push it because the library is
 * built without a red zone.
 */
#ifndef GTI_JUMP_X86_64_H
#define GTI_JUMP_X86_64_H

#if defined __AVX512F__
#define GTI_AVX512                                                                                 \
    "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", "xmm23", "xmm24", "xmm25",      \
        "xmm26", "xmm27", "xmm28", "xmm29", "xmm30", "xmm31", "k0", "k1", "k2", "k3", "k4", "k5",  \
        "k6", "k7",
#else
#define GTI_AVX512
#endif

GTI_INLINE gti_transfer gti_jump(void *to, void *passed)
{
    gti_transfer arrived;
    __asm__ volatile("leaq 1f(%%rip), %%rax\n\t" GTI_UNWINDS_NO_FURTHER("rip")
                     "pushq %%rax\n\t"
                     "jmp jump_fcontext@PLT\n" GTI_UNWINDS_AGAIN
                     "1:"
                     : "=a"(arrived.suspended), "=d"(arrived.passed), "+D"(to), "+S"(passed)
                     :
                     : GTI_AVX512 "rcx", "r8", "r9", "r10", "r11", "xmm0", "xmm1", "xmm2", "xmm3",
                       "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12",
                       "xmm13", "xmm14", "xmm15", "st", "st(1)", "st(2)", "st(3)", "st(4)", "st(5)",
                       "st(6)", "st(7)", "cc", "memory");
    return arrived;
}

#endif
