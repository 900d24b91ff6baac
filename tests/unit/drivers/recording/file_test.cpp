// SPDX-License-Identifier: Apache-2.0
// A recording's file: what a torn, damaged, foreign or full one does.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

#include "drivers/abi/contract.h"
#include "drivers/transport/recording/writer.h"
#include "tests/unit/drivers/recording/recorded_host.h"

namespace photic::recording {
namespace {

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class RecordingFile : public Recorded {
 protected:
  // How many events can be read, and what ends the reading.
  struct Rest {
    uint64_t events = 0;
    abi::Status status = abi::Status::OK;
    std::string text;
  };

  Rest rest() const {
    Rest rest;
    std::tie(rest.status, rest.text) = refusal([&] {
      Reader reader(file());
      for (Event event; reader.next(event);) {
        ++rest.events;
      }
    });
    return rest;
  }

  // Where the blocks of a whole file begin; the last entry is its end.
  std::vector<size_t> blocks() const {
    const std::vector<char> content = bytes();
    std::vector<size_t> starts;
    for (size_t at = sizeof(Prefix); at < content.size();) {
      starts.push_back(at);
      BlockHead head;
      std::memcpy(&head, content.data() + at, sizeof(head));
      at += sizeof(head) + head.size;
    }
    starts.push_back(content.size());
    return starts;
  }
};

TEST_F(RecordingFile, SaysOfWhatItIs) {
  record(usual_script);
  const Header header = Reader(file()).header();
  EXPECT_EQ(header.contract, abi::kContractHash);
  EXPECT_EQ(header.kind, static_cast<uint32_t>(abi::DeviceKind::OPU));
  EXPECT_EQ(header.geometry, abi::find_preset("tiny")->index);
  EXPECT_FALSE(header.timed);
  EXPECT_EQ(header.uri, "golden:opu?geometry=tiny");
}

TEST_F(RecordingFile, HoldsEveryAccessInItsOrder) {
  record([](ScriptedHost& host) {
    host.open();
    host.run(projection(1));
  });
  std::vector<EventKind> kinds;
  bool started = false;
  for (const Event& event : events()) {
    started = started || (event.kind == EventKind::kWrite && event.offset == abi::QUEUE_SQ_TAIL(1));
    if (started && kinds.size() < 8 && (kinds.empty() || kinds.back() != event.kind)) {
      kinds.push_back(event.kind);
    }
  }
  EXPECT_EQ(kinds,
            (std::vector{EventKind::kWrite, EventKind::kDmaRead, EventKind::kDmaWrite, EventKind::kInterrupt,
                         EventKind::kSettled, EventKind::kWrite, EventKind::kSettled, EventKind::kRead}));
}

TEST_F(RecordingFile, TornAnywhereIsReadUpToItsLastWholeBlock) {
  record(usual_script);
  const std::vector<char> whole = bytes();
  const std::vector<size_t> starts = blocks();
  const uint64_t all = rest().events;
  uint64_t last = 0;
  for (size_t length = 0; length < whole.size(); ++length) {
    write_bytes({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)});
    const Rest torn = rest();
    ASSERT_EQ(torn.status, abi::Status::INVALID_ARGUMENT) << length;
    ASSERT_TRUE(says(torn.text, "byte ")) << torn.text;
    ASSERT_GE(torn.events, last) << length;
    ASSERT_LT(torn.events, all) << length;
    last = torn.events;
    if (length >= starts[1]) {
      const auto block = std::upper_bound(starts.begin(), starts.end(), length) - 1;
      ASSERT_TRUE(says(torn.text, "byte " + std::to_string(*block) + ":")) << torn.text;
    }
  }
}

TEST_F(RecordingFile, WithAnyBitFlippedIsRefusedWhereThatIs) {
  record([](ScriptedHost& host) {
    host.open();
    host.run(projection(1));
  });
  const std::vector<char> whole = bytes();
  const std::vector<size_t> starts = blocks();
  for (size_t at = 0; at < whole.size(); ++at) {
    std::vector<char> flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ (1 << at % 8));
    write_bytes(flipped);
    const Rest damaged = rest();
    ASSERT_NE(damaged.status, abi::Status::OK) << at;
    if (at >= starts[1]) {
      const auto block = std::upper_bound(starts.begin(), starts.end(), at) - 1;
      ASSERT_EQ(damaged.status, abi::Status::INVALID_ARGUMENT) << at;
      ASSERT_TRUE(says(damaged.text, "byte " + std::to_string(*block) + ":")) << damaged.text;
    }
  }
}

TEST_F(RecordingFile, WithABlockMissingIsRefusedThere) {
  record(usual_script);
  std::vector<char> content = bytes();
  const std::vector<size_t> starts = blocks();
  content.erase(content.begin() + static_cast<std::ptrdiff_t>(starts[3]),
                content.begin() + static_cast<std::ptrdiff_t>(starts[4]));
  write_bytes(content);
  EXPECT_TRUE(
      says(rest().text, "byte " + std::to_string(starts[3] + sizeof(BlockHead)) + ": a block of event"))
      << rest().text;
}

TEST_F(RecordingFile, OfAnotherVersionIsRefused) {
  record(usual_script);
  std::vector<char> content = bytes();
  const uint32_t newer = kVersion + 1;
  std::memcpy(content.data() + offsetof(Prefix, version), &newer, sizeof(newer));
  write_bytes(content);
  EXPECT_EQ(rest().status, abi::Status::UNSUPPORTED);
  EXPECT_TRUE(says(rest().text, "version " + std::to_string(newer))) << rest().text;
}

TEST_F(RecordingFile, OfAnotherContractIsRefusedWithBothHashes) {
  {
    Writer writer(file());
    Header header;
    header.contract = abi::kContractHash ^ 1U;
    writer.begin(header);
  }
  const Rest foreign = rest();
  EXPECT_EQ(foreign.status, abi::Status::CONTRACT_MISMATCH);
  EXPECT_TRUE(says(foreign.text, hex(abi::kContractHash))) << foreign.text;
  EXPECT_TRUE(says(foreign.text, hex(abi::kContractHash ^ 1U))) << foreign.text;
}

TEST_F(RecordingFile, ThatIsNoneIsRefused) {
  EXPECT_EQ(rest().status, abi::Status::NOT_FOUND);
  write_bytes({'n', 'o', 'n', 'e'});
  EXPECT_EQ(rest().status, abi::Status::INVALID_ARGUMENT);
  EXPECT_EQ(refusal([&] { Reader reader(folder_.path.string()); }).first, abi::Status::INVALID_ARGUMENT);
}

TEST_F(RecordingFile, ThatCannotBeOpenedIsNamed) {
  const std::string nowhere = (folder_.path / "missing" / "run").string();
  const auto [status, text] = refusal([&] { Writer writer(nowhere); });
  EXPECT_EQ(status, abi::Status::NOT_FOUND);
  EXPECT_TRUE(says(text, nowhere)) << text;
}

TEST_F(RecordingFile, IsOneDevicesAtATime) {
  const Writer first(file());
  EXPECT_EQ(refusal([&] { Writer second(file()); }).first, abi::Status::BUSY);
}

TEST_F(RecordingFile, OnAFullDiskEndsTheRun) {
  const Outcome outcome = run(
      [](abi::DmaPort& dma, abi::InterruptPort& interrupts) {
        return make_recorded("/dev/full", "golden:opu", golden_opu, dma, interrupts);
      },
      usual_script);
  EXPECT_TRUE(says(outcome.failure, "/dev/full")) << outcome.failure;
  EXPECT_TRUE(says(outcome.failure, std::strerror(ENOSPC))) << outcome.failure;
  EXPECT_TRUE(outcome.completions.empty());
}

TEST_F(RecordingFile, OfAKilledProcessHoldsWhatWasSettled) {
  int ready[2];
  ASSERT_EQ(pipe(ready), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ScriptedHost host(recorder());
    host.open();
    host.run(projection(1));
    host.device().write(abi::OPU_CAMERA, 1);  // not settled
    [[maybe_unused]] const ssize_t told = ::write(ready[1], "x", 1);
    while (true) {
      pause();
    }
  }
  char told = 0;
  ASSERT_EQ(::read(ready[0], &told, 1), 1);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  close(ready[0]);
  close(ready[1]);

  EXPECT_TRUE(says(rest().text, "torn")) << rest().text;
  const Script same = [](ScriptedHost& host) {
    host.open();
    host.run(projection(1));
  };
  EXPECT_EQ(replay(same), run(golden_opu, same));
  const Outcome further = replay([&](ScriptedHost& host) {
    same(host);
    host.write(abi::OPU_CAMERA, 1);
  });
  EXPECT_TRUE(says(further.failure, "torn")) << further.failure;
  EXPECT_TRUE(says(further.failure, "there came a write of 0x1 to OPU_CAMERA")) << further.failure;
}

TEST(Packing, GivesBackWhatItTook) {
  const std::vector<std::vector<uint64_t>> cases = {
      {},
      {0},
      {~uint64_t{0}},
      {0x0100'0000'0000'00FF, 0, 0, 0, 0x8080'8080'8080'8080, 1},
      std::vector<uint64_t>(1000, 0),
      std::vector<uint64_t>(1000, 0x0102'0304'0506'0708),
  };
  for (const auto& words : cases) {
    Bytes bytes;
    put_words(bytes, words);
    put_number(bytes, ~uint64_t{0});
    put_difference(bytes, uint64_t{0} - 5);
    Unpacker unpacker(bytes);
    std::vector<uint64_t> again;
    unpacker.words(words.size(), again);
    EXPECT_EQ(again, words);
    EXPECT_EQ(unpacker.number(), ~uint64_t{0});
    EXPECT_EQ(unpacker.difference(), uint64_t{0} - 5);
    EXPECT_TRUE(unpacker.at_end());
  }
  Bytes zeros;
  put_words(zeros, std::vector<uint64_t>(256, 0));
  EXPECT_EQ(zeros.size(), 2U);
}

}  // namespace
}  // namespace photic::recording
