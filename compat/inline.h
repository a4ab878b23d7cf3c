/*
 * What compilers say in ways of their own.
 *
 * GTI_INLINE: inlined at any level of optimization: a function of its own
 * around a switch of stacks would be entered on one and left on another, which
 * is more than some sanitizers' books can bear.
 *
 * GTI_LEAVING(function): behind the name of a variable: function(&variable) is
 * called however its scope is left, by a return as by what unwinds the stack; not
 * by a longjmp, and nowhere but with compilers that know of it.
 *
 * GTI_AT_UNLOAD: a function that is called when what has the library in it is
 * unloaded, be it by dlclose or by the end of the process: nothing may call into
 * the library any more. Where compilers have no such thing, it is never called.
 *
 * GTI_UNWINDS_NO_FURTHER(place) and GTI_UNWINDS_AGAIN: around instructions, in
 * assembly, at which a frame cannot be told from the registers. A handler that
 * unwinds there, as a profiler's does, ends at this function. The place is the
 * register that the tables have the return address in.
 *
 * GTI_PREFETCH(address): a line of memory that is read soon, which may be any
 * address.
 *
 * GTI_HIDE(pointer): the compiler forgets what the variable points to. It costs
 * no instruction.
 */
#ifndef GTI_COMPAT_INLINE_H
#define GTI_COMPAT_INLINE_H

enum { GTI_CACHE_LINE = 64 }; /* bytes; another number only costs time */

#if defined __GNUC__
#define GTI_INLINE static inline __attribute__((always_inline))
#define GTI_AT_UNLOAD __attribute__((destructor))
#define GTI_PREFETCH(address) __builtin_prefetch(address)
#define GTI_HIDE(pointer) __asm__("" : "+r"(pointer))
#define GTI_LEAVING(function) __attribute__((cleanup(function)))
#else
#define GTI_INLINE static inline
#define GTI_AT_UNLOAD
#define GTI_PREFETCH(address) ((void)(address))
#define GTI_HIDE(pointer) ((void)(pointer))
#define GTI_LEAVING(function)
#endif

/* Unwind tables are the assembler's to write, or the compiler's own way. */
#if defined __GCC_HAVE_DWARF2_CFI_ASM
#define GTI_UNWINDS_NO_FURTHER(place)                                                              \
    ".cfi_remember_state\n\t.cfi_undefined " place "\n\t"
#define GTI_UNWINDS_AGAIN ".cfi_restore_state\n"
#else
#define GTI_UNWINDS_NO_FURTHER(place) ""
#define GTI_UNWINDS_AGAIN ""
#endif

#endif
