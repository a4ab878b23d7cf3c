/*
 * Inlined at any level of optimization: a function of its own around a switch
 * of stacks would be entered on one and left on another, which is more than
 * some sanitizers' books can bear.
 */
#ifndef GTI_COMPAT_INLINE_H
#define GTI_COMPAT_INLINE_H

#if defined __GNUC__
#define GTI_INLINE static inline __attribute__((always_inline))
#else
#define GTI_INLINE static inline
#endif

#endif
