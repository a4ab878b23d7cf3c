/*
 * What the switch asks of a processor:
 *
 *   gti_suspended       what is kept of a suspended context, in its frame, and of a
 *                       new one, at the top of its stack: registers, and the
 *                       floating-point control words
 *   gti_jump_away(here, there)
 *                       suspends into *here and resumes *there; returns when a later
 *                       switch resumes *here
 *   gti_jump_terminate(there)
 *                       ends the running context and resumes *there
 *   gti_suspended_make(record, top, function)
 *                       makes *record a context that calls function(record) on the
 *                       stack that ends at `top`
 *   GTI_OUTERMOST       makes unwinders stop at the function that begins with it
 *   gti_shadow_stack_runs()
 *                       true: the processor compares returns with a second stack,
 *                       which this backend does not switch
 */
#ifndef GTI_PROCESSOR_H
#define GTI_PROCESSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Either the assembly writes unwind tables, or the compiler does it in its own way. */
#if defined __GCC_HAVE_DWARF2_CFI_ASM
#define GTI_UNWIND(directive) __asm__ volatile(directive)
#else
#define GTI_UNWIND(directive) ((void)0)
#endif

#if defined __x86_64__
#include "processor/x86_64.h"
#elif defined __riscv
#include "processor/riscv64.h"
#else
#include "processor/aarch64.h"
#endif

#endif
