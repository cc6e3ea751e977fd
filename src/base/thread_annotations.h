#pragma once

// Names for clang's capability attributes (its manual, "Thread Safety Analysis"): who protects what is written where it
// is declared, and `scripts/clang_tidy` refuses code that does not keep to it. Other compilers see nothing.

#if defined(__clang__)
#define STROBE_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#define STROBE_THREAD_ATTRIBUTE(x)
#endif

// On a class: it can be held.
#define STROBE_CAPABILITY(what) STROBE_THREAD_ATTRIBUTE(capability(what))
// On a class: holds from its constructor to its destructor.
#define STROBE_SCOPED_CAPABILITY STROBE_THREAD_ATTRIBUTE(scoped_lockable)
// On a member: may only be touched while `mutex` is held.
#define STROBE_GUARDED_BY(mutex) STROBE_THREAD_ATTRIBUTE(guarded_by(mutex))
// On a function: the caller holds the mutex.
#define STROBE_REQUIRES(...) STROBE_THREAD_ATTRIBUTE(requires_capability(__VA_ARGS__))
// On a function: the caller must not hold the mutex, for it is taken inside.
#define STROBE_EXCLUDES(...) STROBE_THREAD_ATTRIBUTE(locks_excluded(__VA_ARGS__))
// On a function: takes or gives back the mutex; without an argument, the object itself.
#define STROBE_ACQUIRE(...) STROBE_THREAD_ATTRIBUTE(acquire_capability(__VA_ARGS__))
#define STROBE_RELEASE(...) STROBE_THREAD_ATTRIBUTE(release_capability(__VA_ARGS__))
