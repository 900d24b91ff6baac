// SPDX-License-Identifier: Apache-2.0
// A device whose client did not share its memory: transfers by messages, and the client's commands in
// between.
#include "sim/server/conversation.h"

#include <deque>

#include "tests/unit/sim/server/served_device.h"

namespace photic::sim::test {
namespace {

using namespace std::chrono_literals;

constexpr uint64_t kWindow = 0x10000;
constexpr uint64_t kWindowSize = 8192;

// A client that is asked for its memory answers as a test has it.
class ScriptedWire : public Wire {
 public:
  bool send(const Answer& answer) override {
    const vfio::Header& header = answer.message.header;
    const bool asks = (header.flags & (vfio::kTypeMask | vfio::kNoReply)) == vfio::kCommand;
    sent.push_back({answer.message.header, answer.message.payload, {}, false});
    if (asks && answers) {
      answers(sent.back());
    }
    return !gone;
  }
  std::optional<Message> next() override {
    if (incoming.empty()) {
      return std::nullopt;
    }
    Message message = std::move(incoming.front());
    incoming.pop_front();
    return message;
  }
  bool wait(std::chrono::steady_clock::time_point) override { return !gone; }

  void reply(const Message& to, uint64_t address, uint64_t count, std::vector<std::byte> data) {
    incoming.push_back(vfio::reply(to.header, vfio::payload_of(vfio::DmaAccess{address, count}, data)));
  }
  // Answers from, and into, `memory`.
  void serve(const Message& question) {
    const auto access = *vfio::record_of<vfio::DmaAccess>(question.payload);
    std::byte* at = memory.data() + (access.address - kWindow);
    if (question.header.command == Command::kDmaRead) {
      reply(question, access.address, access.count, {at, at + access.count});
    } else {
      std::copy(question.payload.begin() + sizeof(access), question.payload.end(), at);
      reply(question, access.address, access.count, {});
    }
  }

  std::function<void(const Message&)> answers;
  std::deque<Message> incoming;
  std::deque<Message> sent;
  bool gone = false;
  std::array<std::byte, kWindowSize> memory{};
};

class Client : public testing::Test {
 protected:
  Client()
      : host([this](abi::DmaPort& dma, abi::InterruptPort& interrupts) {
          auto made = std::make_unique<ScratchDevice>(dma, interrupts);
          device = made.get();
          return made;
        }),
        conversation(wire, host, {"golden:opu", false, 42}, 1ms) {
    wire.answers = [this](const Message& question) { wire.serve(question); };
  }

  void say(Command command, std::vector<std::byte> payload, uint16_t id = 1) {
    wire.incoming.push_back(vfio::command(id, command, std::move(payload)));
  }
  void write(uint32_t region, uint64_t offset, uint32_t value, uint16_t id = 1) {
    say(Command::kRegionWrite,
        vfio::payload_of(vfio::RegionAccess{offset, region, 4}, std::as_bytes(std::span(&value, 1))), id);
  }
  void read(uint32_t region, uint64_t offset, uint16_t id) {
    say(Command::kRegionRead, vfio::payload_of(vfio::RegionAccess{offset, region, 4}), id);
  }
  // Agrees on a version, opens a window behind messages and lets the device master the bus.
  void open(const std::string& capabilities = "{}", uint32_t rights = 3) {
    const std::string json = R"({"capabilities":)" + capabilities + "}";
    say(Command::kVersion,
        vfio::payload_of(vfio::Version{}, std::as_bytes(std::span(json.c_str(), json.size() + 1))));
    say(Command::kDmaMap, vfio::payload_of(vfio::DmaMap{32, rights, 0, kWindow, kWindowSize}));
    write(vfio::kConfig, 4, 6);
    conversation.answer_all();
    for (const Message& message : wire.sent) {
      EXPECT_EQ(message.header.error, 0U);
    }
    wire.sent.clear();
  }
  // Lets the device do something in a step of its own.
  void step(std::function<void(abi::DmaPort&)> work) {
    device->step = std::move(work);
    write(vfio::kBar0, abi::SHELL_SCRATCH, 1, 99);
    conversation.answer_all();
  }
  // Reads one word in a step.
  bool reads(uint64_t address, uint64_t* word = nullptr) {
    bool good = false;
    uint64_t value = 0;
    step([&](abi::DmaPort& dma) { good = dma.read(address, &value, 1); });
    if (word) {
      *word = value;
    }
    return good;
  }
  size_t questions() const {
    return static_cast<size_t>(std::count_if(wire.sent.begin(), wire.sent.end(), [](const Message& message) {
      return (message.header.flags & vfio::kTypeMask) == vfio::kCommand;
    }));
  }
  // The reply to command `id`, null if there is none yet.
  const Message* reply_to(uint16_t id) const {
    for (const Message& message : wire.sent) {
      if (message.header.id == id && (message.header.flags & vfio::kTypeMask) == vfio::kReply) {
        return &message;
      }
    }
    return nullptr;
  }
  uint32_t value_in(const Message& message) const {
    uint32_t value = 0;
    EXPECT_EQ(message.payload.size(), sizeof(vfio::RegionAccess) + sizeof(value));
    std::memcpy(&value, message.payload.data() + sizeof(vfio::RegionAccess), sizeof(value));
    return value;
  }

  ScratchDevice* device = nullptr;
  ScriptedWire wire;
  DeviceHost host;
  Conversation conversation;
};

TEST_F(Client, IsAskedInPiecesItCanTake) {
  open(R"({"max_data_xfer_size":16})");
  std::array<uint64_t, 5> words{1, 2, 3, 4, 5};
  std::array<uint64_t, 5> back{};
  step([&](abi::DmaPort& dma) {
    EXPECT_TRUE(dma.write(kWindow + 8, words.data(), words.size()));
    EXPECT_TRUE(dma.read(kWindow + 8, back.data(), back.size()));
  });
  EXPECT_EQ(back, words);
  std::vector<std::pair<uint64_t, uint64_t>> pieces;
  for (const Message& message : wire.sent) {
    if ((message.header.flags & vfio::kTypeMask) == vfio::kCommand) {
      const auto access = *vfio::record_of<vfio::DmaAccess>(message.payload);
      pieces.emplace_back(access.address - kWindow, access.count);
    }
  }
  const std::vector<std::pair<uint64_t, uint64_t>> once{{8, 16}, {24, 16}, {40, 8}};
  std::vector<std::pair<uint64_t, uint64_t>> twice = once;
  twice.insert(twice.end(), once.begin(), once.end());
  EXPECT_EQ(pieces, twice);
}

TEST_F(Client, IsAskedForNothingBeyondItsWindowsAndTheirRights) {
  open("{}", vfio::kDmaReadable);
  step([&](abi::DmaPort& dma) {
    std::array<uint64_t, 2> words{};
    EXPECT_FALSE(dma.read(kWindow - 8, words.data(), 1));
    EXPECT_FALSE(dma.read(kWindow + kWindowSize - 8, words.data(), 2));
    EXPECT_FALSE(dma.read(kWindow + 4, words.data(), 1));
    EXPECT_FALSE(dma.write(kWindow, words.data(), 1));
  });
  EXPECT_EQ(questions(), 0U);
  EXPECT_TRUE(reads(kWindow + kWindowSize - 8));
}

TEST_F(Client, ThatRefusesOrAnswersWronglyMakesABusError) {
  open();
  const std::vector<std::byte> eight(8);
  const std::vector<std::function<void(const Message&)>> wrong{
      [&](const Message& q) { wire.incoming.push_back(vfio::refusal(q.header, EFAULT)); },
      [&](const Message& q) { wire.incoming.push_back(vfio::refusal(q.header, 0)); },
      [&](const Message& q) { wire.reply(q, kWindow + 8, 8, eight); },
      [&](const Message& q) { wire.reply(q, kWindow, 4, std::vector<std::byte>(4)); },
      [&](const Message& q) { wire.reply(q, kWindow, 16, std::vector<std::byte>(16)); },
      [&](const Message& q) { wire.reply(q, kWindow, 8, std::vector<std::byte>(7)); },
      [&](const Message& q) { wire.reply(q, kWindow, 8, std::vector<std::byte>(9)); },
      [&](const Message& q) { wire.reply(q, kWindow, uint64_t{8} | uint64_t{1} << 32, eight); },
      [&](const Message& q) { wire.incoming.push_back(vfio::reply(q.header, {})); },
      [&](const Message& q) {
        wire.incoming.push_back(vfio::reply(q.header, {}));
        wire.incoming.back().header.command = Command::kDmaWrite;
      },
  };
  for (size_t i = 0; i < wrong.size(); ++i) {
    wire.answers = wrong[i];
    EXPECT_FALSE(reads(kWindow)) << i;
    wire.answers = [this](const Message& q) { wire.serve(q); };
    conversation.answer_all();
    say(Command::kDeviceReset, {});
    conversation.answer_all();
    EXPECT_TRUE(reads(kWindow)) << i;
  }
  EXPECT_TRUE(conversation.alive());
}

TEST_F(Client, MayStateTheCountOfAWriteInFourBytesOrInEight) {
  open();
  for (const size_t size : {12U, 16U}) {
    wire.answers = [&](const Message& question) {
      const vfio::DmaAccess access{kWindow, 8};
      std::vector<std::byte> payload = vfio::payload_of(access);
      payload.resize(size);
      wire.incoming.push_back(vfio::reply(question.header, payload));
    };
    const uint64_t word = 7;
    bool good = false;
    step([&](abi::DmaPort& dma) { good = dma.write(kWindow, &word, 1); });
    EXPECT_TRUE(good) << size;
  }
}

TEST_F(Client, ThatDoesNotAnswerIsAskedOnlyOnce) {
  open();
  wire.answers = nullptr;
  step([&](abi::DmaPort& dma) {
    uint64_t word = 0;
    for (int i = 0; i < 100; ++i) {
      EXPECT_FALSE(dma.read(kWindow, &word, 1));
      EXPECT_FALSE(dma.write(kWindow, &word, 1));
    }
  });
  EXPECT_EQ(questions(), 1U);
  EXPECT_TRUE(conversation.alive());
  EXPECT_NE(reply_to(99), nullptr);
}

TEST_F(Client, ThatWasSilentIsAskedAgainOnceItAnswersOrResets) {
  open();
  for (const bool by_reset : {false, true}) {
    wire.answers = nullptr;
    EXPECT_FALSE(reads(kWindow));
    const auto question = std::find_if(wire.sent.rbegin(), wire.sent.rend(), [](const Message& message) {
      return (message.header.flags & vfio::kTypeMask) == vfio::kCommand;
    });
    if (by_reset) {
      say(Command::kDeviceReset, {});
    } else {
      wire.serve(*question);
    }
    conversation.answer_all();
    wire.answers = [this](const Message& q) { wire.serve(q); };
    EXPECT_TRUE(reads(kWindow)) << by_reset;
  }
}

TEST_F(Client, IsServedWhileItsMemoryIsAwaited) {
  open();
  wire.answers = [&](const Message& question) {
    read(vfio::kBar0, abi::SHELL_SCRATCH, 2);
    read(vfio::kConfig, 0, 3);
    write(vfio::kBar0, abi::SHELL_SCRATCH, 77, 4);
    read(vfio::kBar0, abi::SHELL_SCRATCH, 5);
    say(Command::kDmaMap, vfio::payload_of(vfio::DmaMap{32, 3, 0, 0x100000, 4096}), 6);
    say(Command::kDeviceGetInfo, vfio::payload_of(vfio::DeviceInfo{}), 7);
    wire.serve(question);
  };
  bool good = false;
  step([&](abi::DmaPort& dma) {
    uint64_t word = 0;
    good = dma.read(kWindow, &word, 1);
    for (uint16_t id = 2; id <= 7; ++id) {
      EXPECT_NE(reply_to(id), nullptr) << id;
    }
  });
  EXPECT_TRUE(good);
  EXPECT_EQ(value_in(*reply_to(2)), 1U);  // the present state
  EXPECT_EQ(value_in(*reply_to(5)), 1U);  // the write waits for its turn
  while (host.busy()) {
    host.work();
  }
  EXPECT_EQ(host.read_register(abi::SHELL_SCRATCH), 77U);
}

TEST_F(Client, ReadsAClockedDevicesRegistersWhenTheStepIsOver) {
  device->clocked = true;
  open();
  wire.answers = [&](const Message& question) {
    read(vfio::kConfig, 0, 2);
    read(vfio::kBar0, abi::SHELL_SCRATCH, 3);
    read(vfio::kConfig, 0, 4);
    wire.serve(question);
  };
  bool good = false;
  step([&](abi::DmaPort& dma) {
    uint64_t word = 0;
    good = dma.read(kWindow, &word, 1);
    EXPECT_NE(reply_to(2), nullptr);
    EXPECT_EQ(reply_to(3), nullptr);
    EXPECT_EQ(reply_to(4), nullptr);
  });
  EXPECT_TRUE(good);
  EXPECT_EQ(value_in(*reply_to(3)), 1U);
  EXPECT_LT(reply_to(3), reply_to(4));  // in the order of the commands
}

TEST_F(Client, ThatResetsEndsTheStepsTransfers) {
  open();
  wire.answers = [&](const Message&) {
    say(Command::kDeviceReset, {}, 2);
    write(vfio::kBar0, abi::SHELL_SCRATCH, 5, 3);
  };
  step([&](abi::DmaPort& dma) {
    uint64_t word = 0;
    EXPECT_FALSE(dma.read(kWindow, &word, 1));
    EXPECT_FALSE(dma.read(kWindow, &word, 1));
    EXPECT_EQ(reply_to(2), nullptr);
  });
  EXPECT_EQ(questions(), 1U);
  EXPECT_NE(reply_to(2), nullptr);
  EXPECT_EQ(host.read_register(abi::SHELL_SCRATCH), 5U);
  wire.answers = [this](const Message& q) { wire.serve(q); };
  EXPECT_TRUE(reads(kWindow));
}

TEST_F(Client, ThatTakesAWindowAwayEndsTheTransferIntoIt) {
  open();
  for (const bool all : {false, true}) {
    wire.answers = [&](const Message&) {
      say(Command::kDmaUnmap, vfio::payload_of(all ? vfio::DmaUnmap{24, vfio::kDmaUnmapAll, 0, 0}
                                                   : vfio::DmaUnmap{24, 0, kWindow, kWindowSize}));
    };
    EXPECT_FALSE(reads(kWindow));
    EXPECT_FALSE(reads(kWindow));
    say(Command::kDmaMap, vfio::payload_of(vfio::DmaMap{32, 3, 0, kWindow, kWindowSize}));
    wire.answers = [this](const Message& q) { wire.serve(q); };
    EXPECT_TRUE(reads(kWindow));
  }
}

TEST_F(Client, ThatStopsTheBusMasterEndsAllTransfers) {
  open();
  wire.answers = [&](const Message& question) {
    write(vfio::kConfig, 4, 2);
    wire.serve(question);
  };
  step([&](abi::DmaPort& dma) {
    uint64_t word = 0;
    EXPECT_TRUE(dma.read(kWindow, &word, 1));
    EXPECT_FALSE(dma.read(kWindow, &word, 1));
  });
}

TEST_F(Client, ThatLeavesMeanwhileMakesABusError) {
  open();
  wire.answers = [&](const Message&) { wire.gone = true; };
  EXPECT_FALSE(reads(kWindow));
  EXPECT_FALSE(conversation.alive());
}

TEST_F(Client, ThatSendsCommandsWithoutEndInsteadOfAnAnswerIsDropped) {
  device->clocked = true;
  open();
  wire.answers = [&](const Message&) {
    for (uint16_t id = 0; id < 5000; ++id) {
      read(vfio::kBar0, abi::SHELL_SCRATCH, id);
    }
  };
  EXPECT_FALSE(reads(kWindow));
  EXPECT_FALSE(conversation.alive());
}

TEST_F(Client, ThatPostsMoreThanTheDeviceTakesIsHeldBack) {
  open();
  for (int i = 0; i < 100'000; ++i) {
    const uint32_t work = 1U << 30;
    say(Command::kRegionWrite, vfio::payload_of(vfio::RegionAccess{abi::SHELL_SCRATCH, vfio::kBar0, 4},
                                                std::as_bytes(std::span(&work, 1))));
    wire.incoming.back().header.flags |= vfio::kNoReply;
  }
  device->step = nullptr;
  device->stuck = true;
  conversation.answer_all();
  EXPECT_TRUE(conversation.crowded());
  EXPECT_FALSE(wire.incoming.empty());
  EXPECT_TRUE(conversation.alive());
}

TEST_F(Client, ThatKnowsNoWordsForAFaultIsSentNone) {
  open();
  conversation.tell_failure("they differ");
  EXPECT_TRUE(wire.sent.empty());
}

TEST_F(Client, ThatOffersToIsToldOfAFaultInWords) {
  open(R"({"photic":{"failure_notice":true}})");
  conversation.tell_failure("they differ");
  ASSERT_EQ(wire.sent.size(), 1U);
  EXPECT_EQ(wire.sent[0].header.command, Command::kPhoticFailure);
  EXPECT_EQ(wire.sent[0].header.flags, vfio::kCommand | vfio::kNoReply);
  EXPECT_STREQ(reinterpret_cast<const char*>(wire.sent[0].payload.data()), "they differ");
}

TEST_F(Client, OfAnotherMajorVersionIsLeft) {
  say(Command::kVersion, vfio::payload_of(vfio::Version{1, 0}), 3);
  read(vfio::kConfig, 0, 4);
  conversation.answer_all();
  EXPECT_FALSE(conversation.alive());
  EXPECT_EQ(reply_to(3)->header.error, static_cast<uint32_t>(EINVAL));
  EXPECT_EQ(reply_to(4), nullptr);
}

}  // namespace
}  // namespace photic::sim::test
