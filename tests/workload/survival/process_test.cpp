// SPDX-License-Identifier: Apache-2.0
// Whole training programs: their device is killed, or they are, and they go on from what is on the disk.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <functional>

#include "host/data/dataset.h"
#include "tests/support/census.h"
#include "tests/unit/host/support.h"
#include "tests/workload/survival/killer.h"

extern char** environ;

namespace photic::survival {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;

constexpr int kDeviceFailed = 5;

pid_t start(const std::vector<std::string>& command) {
  std::vector<char*> words;
  for (const std::string& word : command) {
    words.push_back(const_cast<char*>(word.c_str()));
  }
  words.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) {
    posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_WRONLY, 0);
  }
  pid_t child = -1;
  EXPECT_EQ(posix_spawn(&child, words[0], &actions, nullptr, words.data(), environ), 0) << words[0];
  posix_spawn_file_actions_destroy(&actions);
  return child;
}

/// How a program ended: its exit status, or the negative number of the signal that killed it.
int end_of(pid_t program) {
  int status = 0;
  EXPECT_EQ(waitpid(program, &status, 0), program);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/// A training of which `command(folder)` says how it begins, or goes on where there is a run already.
class ProcessSoak : public testing::Test {
 protected:
  using Command = std::function<std::vector<std::string>(const fs::path&)>;

  // Devices whose program was killed become this process's children, and can be seen to end.
  void SetUp() override { ASSERT_EQ(prctl(PR_SET_CHILD_SUBREAPER, 1), 0); }
  void TearDown() override { prctl(PR_SET_CHILD_SUBREAPER, 0); }

  void survive(const char* name, const Command& command, size_t wanted) {
    const fs::path whole = temporary_.path() / "whole";
    const auto begun = Clock::now();
    ASSERT_EQ(end_of(start(command(whole))), 0);
    const auto length = std::chrono::duration_cast<microseconds>(Clock::now() - begun);
    const test::Census before = test::take_census();
    size_t programs = 0, devices = 0, failed = 0, runs = 0;
    for (; programs + devices < wanted && !HasFailure(); ++runs) {
      const fs::path folder = temporary_.path() / ("run" + std::to_string(runs));
      int end = -1;
      for (size_t attempt = 0; end != 0 && !HasFailure(); ++attempt) {
        const uint64_t seed = 1000000 * seed_of_kills() + 1000 * runs + attempt;
        SCOPED_TRACE("seed " + std::to_string(seed));
        const bool leave_alone = attempt == 6 || programs + devices >= wanted;
        const bool kill_device = Dice(seed).upto(1) == 0;
        const pid_t program = start(command(folder));
        {
          // The device is a child of the program, the program of this process.
          const Killer device(program, {}, seed, leave_alone || !kill_device ? 0 : 1, length);
          const Aim aim(program, seed, leave_alone || kill_device ? microseconds(-1) : length);
          // Ended but not yet waited for, its number is nobody else's.
          siginfo_t ended{};
          EXPECT_EQ(waitid(P_PID, static_cast<id_t>(program), &ended, WEXITED | WNOWAIT), 0);
          devices += device.killed();
        }
        end = end_of(program);
        programs += end == -SIGKILL ? 1 : 0;
        failed += end == kDeviceFailed ? 1 : 0;
        EXPECT_TRUE(end == 0 || (!leave_alone && (kill_device ? end == kDeviceFailed : end == -SIGKILL)))
            << end;
        reap_orphans(before);
        EXPECT_EQ(test::take_census(), before);
      }
      for (const char* file : {"checkpoint.safetensors", "metrics.jsonl", "config.json"}) {
        EXPECT_EQ(host::test::read_file(folder / file), host::test::read_file(whole / file)) << file;
      }
      for (const auto& entry : fs::directory_iterator(folder)) {
        EXPECT_EQ(entry.path().string().find(".part"), std::string::npos) << entry.path();
      }
      fs::remove_all(folder);
    }
    if (HasFailure()) {
      return;
    }
    std::printf(
        "kills: %s: %zu kills of the device (%zu ended the program with %d), %zu of the program, in %zu "
        "runs, "
        "every checkpoint the same\n",
        name, devices, failed, kDeviceFailed, programs, runs);
  }

  host::test::TemporaryFolder temporary_;

 private:
  /// Kills `program` up to `most` from now; never if that is negative or it has ended.
  class Aim {
   public:
    Aim(pid_t program, uint64_t seed, microseconds most)
        : thread_([this, program, seed, most] {
            std::unique_lock lock(mutex_);
            if (most.count() >= 0 &&
                !ended_.wait_for(lock, microseconds(Dice(seed).upto(static_cast<uint64_t>(most.count()))),
                                 [this] { return over_; })) {
              kill(program, SIGKILL);
            }
          }) {}
    ~Aim() {
      {
        const std::lock_guard lock(mutex_);
        over_ = true;
      }
      ended_.notify_all();
      thread_.join();
    }
    Aim(const Aim&) = delete;
    Aim& operator=(const Aim&) = delete;

   private:
    std::mutex mutex_;
    std::condition_variable ended_;
    bool over_ = false;
    std::thread thread_;
  };

  /// Waits for devices that outlived their program: they end by themselves.
  void reap_orphans(const test::Census& before) {
    for (const pid_t child : test::children_of(getpid())) {
      if (!before.children.contains(child)) {
        EXPECT_EQ(waitpid(child, nullptr, 0), child);
      }
    }
  }
};

constexpr const char* kDevice = "golden:opu?process=1&threads=1&reference=60";

TEST_F(ProcessSoak, GoesOnFromItsCheckpointToTheSameBytes) {
  survive(
      "training programs",
      [](const fs::path& folder) {
        return std::vector<std::string>{PHOTIC_SURVIVAL_TRAIN, folder.string(), kDevice};
      },
      share_of_kills(18));
}

TEST_F(ProcessSoak, TheCommandGoesOnToo) {
  if (host::locate(host::find_dataset("fashion")).empty()) {
    GTEST_SKIP() << "skipped: no data";
  }
  survive(
      "photic train",
      [](const fs::path& folder) {
        if (fs::exists(folder / "config.json")) {
          return std::vector<std::string>{PHOTIC_COMMAND, "train", "--resume",           folder.string(),
                                          "--retries",    "0",     "--checkpoint-every", "2"};
        }
        return std::vector<std::string>{PHOTIC_COMMAND,       "train",       "--data",    "fashion",
                                        "--method",           "optical-dfa", "--device",  kDevice,
                                        "--hidden",           "16",          "--batch",   "4000",
                                        "--epochs",           "1",           "--retries", "0",
                                        "--checkpoint-every", "2",           "--run",     folder.string()};
      },
      share_of_kills(3));
}

}  // namespace
}  // namespace photic::survival
