// SPDX-License-Identifier: Apache-2.0
// A small pool: the caller works too, so one thread means no pool at all.
#include "host/tensor/parallel.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace photic::host {
namespace {

/// One parallel loop. Helpers hold it by shared_ptr, so a late one finds it finished, never gone.
struct Loop {
  Loop(size_t n, const std::function<void(size_t)>& f) : chunks(n), body(f) {}

  void work() {
    for (size_t chunk = next++; chunk < chunks; chunk = next++) {
      body(chunk);
      if (++done == chunks) {
        done.notify_all();
      }
    }
  }

  const size_t chunks;
  const std::function<void(size_t)>& body;  // used only while chunks are left, that is while the caller waits
  std::atomic<size_t> next{0};
  std::atomic<size_t> done{0};
};

class Pool {
 public:
  ~Pool() { resize(1); }

  void resize(size_t threads) {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    helpers_.clear();
    stopping_ = false;
    for (size_t i = 1; i < threads; ++i) {
      helpers_.emplace_back([this] { help(); });
    }
  }

  size_t size() const { return helpers_.size() + 1; }

  void run(size_t chunks, const std::function<void(size_t)>& body) {
    const auto loop = std::make_shared<Loop>(chunks, body);
    {
      const std::lock_guard lock(mutex_);
      current_ = loop;
      ++generation_;
    }
    wake_.notify_all();
    loop->work();
    for (size_t done = loop->done; done < chunks; done = loop->done) {
      loop->done.wait(done);
    }
  }

 private:
  void help() {
    size_t seen = 0;
    for (;;) {
      std::shared_ptr<Loop> loop;
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [&] { return stopping_ || generation_ != seen; });
        if (stopping_) {
          return;
        }
        seen = generation_;
        loop = current_;
      }
      loop->work();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::shared_ptr<Loop> current_;
  size_t generation_ = 0;
  bool stopping_ = false;
  std::vector<std::jthread> helpers_;
};

Pool& pool() {
  static Pool instance;
  static const bool started = [] {
    instance.resize(std::clamp<size_t>(std::thread::hardware_concurrency(), 1, 16));
    return true;
  }();
  static_cast<void>(started);
  return instance;
}

}  // namespace

void set_thread_count(size_t threads) {
  pool().resize(std::max<size_t>(threads, 1));
}
size_t thread_count() {
  return pool().size();
}

void parallel_chunks(size_t chunks, const std::function<void(size_t)>& body) {
  if (chunks <= 1 || thread_count() == 1) {
    for (size_t chunk = 0; chunk < chunks; ++chunk) {
      body(chunk);
    }
    return;
  }
  pool().run(chunks, body);
}

void parallel_ranges(size_t count, size_t grain, const std::function<void(size_t, size_t)>& body) {
  parallel_chunks((count + grain - 1) / grain,
                  [&](size_t chunk) { body(chunk * grain, std::min(count, (chunk + 1) * grain)); });
}

}  // namespace photic::host
