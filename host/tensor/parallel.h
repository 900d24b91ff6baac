// SPDX-License-Identifier: Apache-2.0
// Splits work over threads in a way that does not show in the result.
#pragma once

#include <cstddef>
#include <functional>

namespace photic::host {

/// Threads used by `parallel_chunks`, at least 1. Default: the hardware's count, at most 16.
void set_thread_count(size_t threads);
size_t thread_count();

/// Calls `body(chunk)` once for each chunk in [0, chunks), on whichever thread comes; returns when all are
/// done. The partition is the caller's and must not depend on `thread_count()`: then neither does any bit of
/// the result. `body` must not throw and must not call `parallel_chunks`.
void parallel_chunks(size_t chunks, const std::function<void(size_t)>& body);

/// Splits [0, count) into ranges of `grain` (the last may be shorter) and calls `body(first, last)` for each.
void parallel_ranges(size_t count, size_t grain, const std::function<void(size_t, size_t)>& body);

}  // namespace photic::host
