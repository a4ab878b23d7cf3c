/*
 * The rounding mode, by <fenv.h>. A processor without a unit for floating point may have one mode
 * only, which rounds to nearest. Then <fenv.h> defines no other.
 */
#include "compat/rounding.h"
#include <fenv.h>

#if defined FE_TONEAREST && (defined FE_UPWARD || defined FE_DOWNWARD || defined FE_TOWARDZERO)
/* To read the mode is cheap, to write it is not. */
void gti_rounding_to_nearest(void)
{
    if (fegetround() != FE_TONEAREST)
        fesetround(FE_TONEAREST);
}
#else
void gti_rounding_to_nearest(void)
{
}
#endif
