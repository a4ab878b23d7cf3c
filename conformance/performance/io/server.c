/*
 * Starts a server, connects to it, and reads what the kernel knows of it.
 */
#define _GNU_SOURCE
#include "server.h"
#include "../bench.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Starting */

static void become(char *const command[], int output)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(output, STDOUT_FILENO);
    execv(command[0], command);
    perror(command[0]);
    _exit(127);
}

static uint16_t last_number(const char *line)
{
    const char *end = line + strlen(line);
    while (end > line && !isdigit((unsigned char)end[-1]))
        end--;
    while (end > line && isdigit((unsigned char)end[-1]))
        end--;
    return (uint16_t)strtoul(end, NULL, 10);
}

static void wait_until_it_listens(const io_server *server)
{
    for (int patience = 500; patience > 0; patience--) {
        int fd = io_server_connect(server);
        struct pollfd one = {.fd = fd, .events = POLLOUT};
        bool listens = poll(&one, 1, 1000) == 1 && !(one.revents & (POLLERR | POLLHUP));
        io_connection_close(fd);
        if (listens)
            return;
        poll(NULL, 0, 10);
    }
    bench_check(!"the server listens");
}

io_server io_server_start(char *const command[], uint16_t port)
{
    int ends[2];
    bench_check(pipe(ends) == 0);
    io_server server = {.pid = fork(), .port = port};
    bench_check(server.pid >= 0);
    if (server.pid == 0)
        become(command, ends[1]);
    close(ends[1]);
    if (port) {
        wait_until_it_listens(&server);
        return server;
    }
    char line[256];
    FILE *output = fdopen(ends[0], "r");
    bench_check(output && fgets(line, sizeof line, output));
    fclose(output);
    server.port = last_number(line);
    bench_check(server.port != 0);
    return server;
}

void io_server_stop(const io_server *server)
{
    kill(server->pid, SIGKILL);
    while (waitpid(server->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
}

/* Connecting */

static struct sockaddr_in address(uint16_t port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

uint16_t io_free_port(void)
{
    struct sockaddr_in at = address(0);
    socklen_t length = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bench_check(bind(fd, (struct sockaddr *)&at, length) == 0);
    bench_check(getsockname(fd, (struct sockaddr *)&at, &length) == 0);
    close(fd);
    return ntohs(at.sin_port);
}

int io_server_connect(const io_server *server)
{
    int yes = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    bench_check(fd >= 0);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    struct sockaddr_in at = address(server->port);
    bench_check(connect(fd, (struct sockaddr *)&at, sizeof at) == 0 || errno == EINPROGRESS);
    return fd;
}

void io_connection_close(int fd)
{
    struct linger at_once = {.l_onoff = 1};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(fd);
}

/* Watching */

int64_t io_server_processor_time(const io_server *server)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task", (int)server->pid);
    DIR *tasks = opendir(path);
    bench_check(tasks != NULL);
    int64_t sum = 0;
    for (struct dirent *task; (task = readdir(tasks));) {
        if (!isdigit((unsigned char)*task->d_name))
            continue;
        char name[512];
        snprintf(name, sizeof name, "%s/%s/schedstat", path, task->d_name);
        FILE *file = fopen(name, "r");
        long long ran = 0;
        bench_check(file && fscanf(file, "%lld", &ran) == 1);
        fclose(file);
        sum += ran;
    }
    closedir(tasks);
    return sum;
}

enum { SAMPLE_NS = 100000 };

static int processor_of(pid_t thread)
{
    cpu_set_t allowed;
    bench_check(sched_getaffinity(thread, sizeof allowed, &allowed) == 0);
    int processor = 0;
    while (!CPU_ISSET(processor, &allowed))
        processor++;
    return processor;
}

/*
 * The kernel writes around a ring that is mapped read-only. Its head counts all that was
 * written. A counter for each processor can be inherited by later threads.
 */
static bool sample(io_profile *profile, pid_t thread)
{
    struct perf_event_attr wanted = {.size = sizeof wanted,
                                     .type = PERF_TYPE_SOFTWARE,
                                     .config = PERF_COUNT_SW_CPU_CLOCK,
                                     .sample_period = SAMPLE_NS,
                                     .inherit = 1,
                                     .exclude_kernel = 1,
                                     .exclude_hv = 1};
    int fd = (int)syscall(SYS_perf_event_open, &wanted, thread, processor_of(thread), -1,
                          PERF_FLAG_FD_CLOEXEC);
    if (fd < 0)
        return false;
    void *ring = mmap(NULL, 2 * (size_t)getpagesize(), PROT_READ, MAP_SHARED, fd, 0);
    if (ring == MAP_FAILED) {
        close(fd);
        return false;
    }
    profile->threads[profile->n].fd = fd;
    profile->threads[profile->n++].ring = ring;
    return true;
}

bool io_profile_start(io_profile *profile, const io_server *server)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task", (int)server->pid);
    DIR *tasks = opendir(path);
    bench_check(tasks != NULL);
    profile->n = 0;
    const int room = sizeof profile->threads / sizeof *profile->threads;
    bool all = true;
    for (struct dirent *task; all && (task = readdir(tasks));) {
        if (isdigit((unsigned char)*task->d_name))
            all = profile->n < room && sample(profile, (pid_t)atoi(task->d_name));
    }
    closedir(tasks);
    if (!all)
        io_profile_stop(profile);
    return all;
}

int64_t io_profile_stop(io_profile *profile)
{
    int64_t samples = 0;
    for (int i = 0; i < profile->n; i++) {
        const struct perf_event_mmap_page *page = profile->threads[i].ring;
        ioctl(profile->threads[i].fd, PERF_EVENT_IOC_DISABLE, 0);
        samples += (int64_t)(page->data_head / sizeof(struct perf_event_header));
        munmap(profile->threads[i].ring, 2 * (size_t)getpagesize());
        close(profile->threads[i].fd);
    }
    return samples * SAMPLE_NS;
}
