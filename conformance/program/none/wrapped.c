/*
 * The linker cannot wrap calls, so nothing is counted or refused.
 */
#include "belongings.h"
#include "refusal.h"

long mapped_bytes(void)
{
    return 0;
}

long unjoined_threads(void)
{
    return 0;
}

bool can_refuse(void)
{
    return false;
}

void refuse(int what)
{
    (void)what;
}
