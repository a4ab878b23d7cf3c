/*
 * The limit of a hand-over between OS threads: two of them, each with a mutex and a
 * condition.
 */
#include "../bench.h"

#include <pthread.h>

static struct hand {
    pthread_mutex_t mutex;
    pthread_cond_t condition;
    bool has_baton;
} hands[2] = {{PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false},
              {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false}};

static size_t hand_overs, rounds_of_other;
static bool apart;

static void give(struct hand *hand)
{
    pthread_mutex_lock(&hand->mutex);
    hand->has_baton = true;
    pthread_cond_signal(&hand->condition);
    pthread_mutex_unlock(&hand->mutex);
}

static void take(struct hand *hand)
{
    pthread_mutex_lock(&hand->mutex);
    while (!hand->has_baton)
        pthread_cond_wait(&hand->condition, &hand->mutex);
    hand->has_baton = false;
    pthread_mutex_unlock(&hand->mutex);
}

static void *other_hand(void *arg)
{
    if (apart)
        bench_pin_to(1);
    for (size_t i = 0; i < rounds_of_other; i++) {
        take(&hands[1]);
        hand_overs++;
        give(&hands[0]);
    }
    return arg;
}

static void pass(size_t rounds)
{
    for (size_t i = 0; i < rounds; i++) {
        hand_overs++;
        give(&hands[1]);
        take(&hands[0]);
    }
}

static void pass_all(size_t rounds)
{
    size_t warm_up = 1 + rounds / 5;
    rounds_of_other = warm_up + rounds;
    pthread_t other;
    bench_check(pthread_create(&other, NULL, other_hand, NULL) == 0);
    pass(warm_up);
    int64_t start = bench_now();
    pass(rounds);
    bench_put_time(NULL, bench_now() - start, 2 * rounds);
    pthread_join(other, NULL);
    bench_check(hand_overs == 2 * rounds_of_other);
}

static void baton(bench_size size)
{
    pass_all(size.operations / 2);
}

static void baton_apart(bench_size size)
{
    apart = true;
    bench_pin_to(0);
    pass_all(size.operations / 2);
}

static const bench_scenario scenarios[] = {
    {"baton", {2, 20000}, {2, 100}, baton},
    {"baton, unpinned", {2, 20000}, {2, 100}, baton_apart},
    {0},
};

const bench_program bench_program_here = {"bare hand-off", scenarios, NULL};
