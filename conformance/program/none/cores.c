/*
 * The system does not identify its cores.
 */
#include "cores.h"

bool have_cores(void)
{
    return false;
}

cores cores_get(void)
{
    return (cores){.set = {0}};
}

void cores_set(cores cores)
{
    (void)cores;
}

bool cores_are_equal(cores a, cores b)
{
    return a.set[0] == b.set[0];
}

void cores_confine(void)
{
}
