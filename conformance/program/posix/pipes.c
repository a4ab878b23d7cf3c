#include "os.h"
#include <unistd.h>

int os_pipe(int ends[2])
{
    return pipe(ends);
}

bool os_write_byte(int fd, char byte)
{
    return write(fd, &byte, 1) == 1;
}
