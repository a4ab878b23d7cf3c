/*
 * The example of greenthread-cpp(7): results, exceptions, a kill, a timeout, a link, and a
 * destructor that blocks.
 */
#include <greenthread.hpp>
#include <iostream>
#include <stdexcept>
#include <string>

using namespace std::chrono_literals;
namespace gt = greenthread;

struct Connection {
    gt::permit permit; /* waits for one, and gives it back */
    std::string host;
    ~Connection()
    {
        gt::shield until_closed; /* because this destructor blocks */
        gt::sleep(1ms);          /* says goodbye */
        std::cout << host << " is closed\n";
    }
};

static size_t fetch(gt::semaphore &connections, const std::string &host)
{
    Connection connection{gt::permit(connections), host};
    if (host == "broken")
        throw std::runtime_error("no answer");
    gt::sleep(host == "slow" ? 1h : 10ms);
    return host.size();
}

int main()
{
    gt::semaphore connections(2);
    auto good = gt::spawn(fetch, std::ref(connections), "good");
    auto broken = gt::spawn(fetch, std::ref(connections), "broken");
    auto slow = gt::spawn({.name = "slow"}, fetch, std::ref(connections), "slow");
    int ended = 0;
    gt::scoped_link counts = slow.link([&] { ended++; });

    size_t bytes = good.join();
    std::cout << "good: " << bytes << " bytes\n";
    try {
        broken.join();
    } catch (const std::exception &e) {
        std::cout << "broken: " << e.what() << "\n";
    }
    slow.kill_wait();
    try {
        slow.join();
    } catch (const gt::killed &) { /* no std::exception */
        std::cout << "slow was killed, " << ended << " link was called\n";
    }
    if (!gt::with_timeout(5ms, fetch, std::ref(connections), "slow"))
        std::cout << "slow takes too long\n";
    try {
        gt::close(-1);
    } catch (const gt::os_error &e) {
        std::cout << "bad descriptor: " << (e.code() == std::errc::bad_file_descriptor) << "\n";
    }
    gt::shutdown();
}
