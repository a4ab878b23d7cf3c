cmake_minimum_required(VERSION 3.25)

# A project of a user that meson builds takes greenthread by the wrap, from a repository
# made of the sources as they are.

set(work ${BUILD}/packaging/meson)
include(${ROOT}/conformance/checks/consumer.cmake)
include(${ROOT}/docs/packaging/sources.cmake)
file(REMOVE_RECURSE ${work})

set(repository ${work}/repository)
gt_copy_sources(${repository})
set(git git -C ${repository} -c user.name=greenthread -c user.email=greenthread@example.org)
run(${git} init)
run(${git} add --all --force)
run(${git} commit --message "greenthread ${VERSION}")

set(user ${work}/user)
file(COPY ${ROOT}/docs/packaging/meson/ DESTINATION ${user}/subprojects)
file(COPY ${ROOT}/conformance/consumer/consumer.c DESTINATION ${user})
file(READ ${user}/subprojects/greenthread.wrap wrap)
string(REGEX REPLACE "url = [^\n]*" "url = file://${repository}" wrap "${wrap}")
file(WRITE ${user}/subprojects/greenthread.wrap "${wrap}")
file(WRITE ${user}/meson.build "project('user', 'c', default_options: ['c_std=c11'])
greenthread = dependency('greenthread', version: '${VERSION}', allow_fallback: true)
executable('consumer', 'consumer.c', dependencies: greenthread)
")
set(ENV{CC} ${CC})
run(meson setup ${user}/build ${user} --wrap-mode=forcefallback)
run(ninja -C ${user}/build)
expect_result(${user}/build/consumer)
