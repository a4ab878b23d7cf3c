/*
 * hello in C++: a thread returns its result by value, an exception reaches the
 * thread that joins, and a kill runs destructors.
 */
#include <greenthread.hpp>
#include <iostream>
#include <stdexcept>
#include <string>

using namespace std::chrono_literals;

struct Connection {
    std::string name;
    ~Connection() { std::cout << name << " is closed\n"; }
};

static std::string fetch(const std::string &name)
{
    Connection connection{name};
    greenthread::yield(); /* the others begin, too */
    if (name == "slow")
        greenthread::sleep(1000s);
    if (name == "broken")
        throw std::runtime_error("no answer");
    return "the page of " + name;
}

int main()
{
    auto good = greenthread::spawn(fetch, "good");
    auto broken = greenthread::spawn(fetch, "broken");
    auto slow = greenthread::spawn(fetch, "slow");
    std::cout << good.join() << "\n";
    try {
        broken.join();
    } catch (const std::exception &e) {
        std::cout << "broken: " << e.what() << "\n";
    }
    slow.kill();
    std::cout << "slow was killed\n";
    if (!greenthread::with_timeout(1ms, fetch, "slow"))
        std::cout << "slow takes too long\n";
    greenthread::shutdown();
}
