/*
 * What each compiler says in its own way.
 *
 * GTI_INLINE: inlined at any level of optimization. A separate function around a switch
 * of stacks would be entered on one stack and left on another, and some sanitizers cannot
 * follow that.
 *
 * GTI_LEAVING(function): after the name of a variable. function(&variable) is called
 * however its scope is left: by a return, or by something that unwinds the stack, but not
 * by a longjmp. Only compilers that know of it do this.
 *
 * GTI_AT_UNLOAD: a function that is called when the module that contains the library is
 * unloaded, by dlclose or at the end of the process. Nothing may call into the library
 * after that. Compilers without such a thing never call it.
 *
 * GTI_UNWINDS_NO_FURTHER(place) and GTI_UNWINDS_AGAIN: around instructions in assembly at
 * which the registers do not tell the frame. A handler that unwinds there, as a
 * profiler's does, stops at this function. The place is the register in which the tables
 * have the return address.
 *
 * GTI_PREFETCH(address): a line of memory that is read soon. Any address will do.
 *
 * GTI_LOWEST_BIT(word): the index of the lowest bit of a uint64_t that is set. The word is
 * not 0.
 *
 * GTI_THREAD_LOCAL: each OS thread has a variable of its own. Without OS threads
 * (GREENTHREAD_C11_THREADS=none) it is a plain variable.
 *
 * GTI_HIDE(pointer): the compiler forgets what the variable points to. It costs no
 * instruction.
 */
#ifndef GTI_COMPAT_INLINE_H
#define GTI_COMPAT_INLINE_H

#include <stdint.h>

enum { GTI_CACHE_LINE = 64 }; /* bytes; a wrong number only costs time */

#if defined __GNUC__
#define GTI_INLINE static inline __attribute__((always_inline))
#define GTI_AT_UNLOAD __attribute__((destructor))
#define GTI_PREFETCH(address) __builtin_prefetch(address)
#define GTI_HIDE(pointer) __asm__("" : "+r"(pointer))
#define GTI_LEAVING(function) __attribute__((cleanup(function)))
#define GTI_LOWEST_BIT(word) ((unsigned)__builtin_ctzll(word))
#else
#define GTI_INLINE static inline
#define GTI_AT_UNLOAD
#define GTI_PREFETCH(address) ((void)(address))
#define GTI_HIDE(pointer) ((void)(pointer))
#define GTI_LEAVING(function)
#define GTI_LOWEST_BIT(word) gti_lowest_bit_by_table(word)
#endif

/* The product has a different top digit for each bit. */
static inline unsigned gti_lowest_bit_by_table(uint64_t word)
{
    static const unsigned char places[64] = {
        0,  1,  48, 2,  57, 49, 28, 3,  61, 58, 50, 42, 38, 29, 17, 4,  62, 55, 59, 36, 53, 51,
        43, 22, 45, 39, 33, 30, 24, 18, 12, 5,  63, 47, 56, 27, 60, 41, 37, 16, 54, 35, 52, 21,
        44, 32, 23, 11, 46, 26, 40, 15, 34, 20, 31, 10, 25, 14, 19, 9,  13, 8,  7,  6};
    return places[(word & (~word + 1)) * UINT64_C(0x03f79d71b4cb0a89) >> 58];
}

#if defined GTI_NO_OS_THREADS
#define GTI_THREAD_LOCAL
#else
#define GTI_THREAD_LOCAL _Thread_local
#endif

/* Either the assembly writes unwind tables, or the compiler does it in its own way. */
#if defined __GCC_HAVE_DWARF2_CFI_ASM
#define GTI_UNWINDS_NO_FURTHER(place) ".cfi_remember_state\n\t.cfi_undefined " place "\n\t"
#define GTI_UNWINDS_AGAIN ".cfi_restore_state\n"
#else
#define GTI_UNWINDS_NO_FURTHER(place) ""
#define GTI_UNWINDS_AGAIN ""
#endif

#endif
