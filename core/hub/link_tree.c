/*
 * A splay tree (Sleator and Tarjan). A call takes log n steps on the average of any sequence of
 * calls, and the tree needs no word for balance. It is linked through the links, so nothing here
 * can fail for lack of memory. A hash table could.
 */
#include "core/hub/link_tree.h"

static int compare_words(uintptr_t a, uintptr_t b)
{
    return (a > b) - (a < b);
}

static int compare(const gti_link *a, const gti_link *b)
{
    int order = compare_words((uintptr_t)a->thread, (uintptr_t)b->thread);
    if (!order)
        order = compare_words((uintptr_t)a->fn, (uintptr_t)b->fn);
    if (!order)
        order = compare_words((uintptr_t)a->arg, (uintptr_t)b->arg);
    return order ? order : (a->number > b->number) - (a->number < b->number);
}

static gti_link *rotate_right(gti_link *tree)
{
    gti_link *top = tree->left;
    tree->left = top->right;
    top->right = tree;
    return top;
}

static gti_link *rotate_left(gti_link *tree)
{
    gti_link *top = tree->right;
    tree->right = top->left;
    top->left = tree;
    return top;
}

/* Moves the link that equals `key`, or a neighbour of its place, to the root of the tree. */
static gti_link *splay(gti_link *tree, const gti_link *key)
{
    gti_link sides = {.left = NULL, .right = NULL}, *less = &sides, *more = &sides;
    for (int order; (order = compare(key, tree)) != 0;) {
        if (order < 0) {
            if (tree->left && compare(key, tree->left) < 0)
                tree = rotate_right(tree);
            if (!tree->left)
                break;
            more = more->left = tree;
            tree = tree->left;
        } else {
            if (tree->right && compare(key, tree->right) > 0)
                tree = rotate_left(tree);
            if (!tree->right)
                break;
            less = less->right = tree;
            tree = tree->right;
        }
    }
    less->right = tree->left;
    more->left = tree->right;
    tree->left = sides.right;
    tree->right = sides.left;
    return tree;
}

void gti_link_tree_add(gti_hub *hub, gti_link *link)
{
    link->number = ++hub->last_link;
    link->left = link->right = NULL;
    if (hub->link_tree) {
        gti_link *root = splay(hub->link_tree, link);
        if (compare(link, root) < 0) {
            link->right = root;
            link->left = root->left;
            root->left = NULL;
        } else {
            link->left = root;
            link->right = root->right;
            root->right = NULL;
        }
    }
    hub->link_tree = link;
}

void gti_link_tree_remove(gti_hub *hub, gti_link *link)
{
    splay(hub->link_tree, link);
    hub->link_tree = link->right;
    if (link->left) {
        hub->link_tree = splay(link->left, link);
        hub->link_tree->right = link->right;
    }
}

/* Numbers start at 1, so the key's place is right before the oldest link of its kind. */
gti_link *gti_link_tree_find(gti_hub *hub, gt_thread *thread, gt_link_function *fn, void *arg)
{
    gti_link key = {.thread = thread, .fn = fn, .arg = arg};
    gti_link *found = splay(hub->link_tree, &key);
    hub->link_tree = found;
    if (compare(found, &key) < 0) {
        if (!found->right)
            return NULL;
        found = found->right = splay(found->right, &key);
    }
    bool is_it = found->thread == thread && found->fn == fn && found->arg == arg;
    return is_it ? found : NULL;
}
