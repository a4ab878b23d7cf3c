/* A program that has no green threads, and loads a plugin that has some. */
#include <dlfcn.h>
#include <stdio.h>

int main(void)
{
    void *plugin = dlopen(PLUGIN, RTLD_NOW | RTLD_LOCAL);
    if (!plugin) {
        fprintf(stderr, "%s\n", dlerror());
        return 1;
    }
    int (*run)(void);
    *(void **)&run = dlsym(plugin, "run_plugin");
    return run();
}
