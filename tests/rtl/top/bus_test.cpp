// SPDX-License-Identifier: Apache-2.0
// What the device does on the host bus, in order and under every kind of stall.
#include "drivers/abi/timing.h"
#include "tests/rtl/top/device_bench.h"

namespace photic::verilated {
namespace {

constexpr uint64_t kPage = 4096;

// Forty vectors of I8 features in, complex I32 out, both across page boundaries.
abi::Submission heavy_traffic() {
  abi::Submission s = projection();
  s.input = abi::pack_input(abi::InputFormat::I8, 1);
  s.recovery = abi::pack_recovery(abi::Scheme::PHASE3, abi::OutputFormat::I32);
  s.vectors = 6;
  s.features = 200;
  s.mirror_row = s.mirror_col = 0;
  s.mirror_rows = 10;
  s.mirror_cols = 40;
  s.macro = 2;
  s.camera_row = 0;
  s.camera_rows = 8;
  s.outputs = 127;
  s.exposure = 5;
  s.source += kPage - 88;
  s.destination += kPage - 40;
  return s;
}

struct Traffic {
  std::vector<abi::BoundaryEvent> events;
  std::vector<uint64_t> output;
};

Traffic run(std::optional<uint64_t> stall_seed) {
  RtlOptions options = tiny();
  options.stall_seed = stall_seed;
  DeviceBench host(options);
  const abi::Submission s = heavy_traffic();
  for (uint64_t word = 0; word < 200; ++word) {
    host.memory.poke(s.source + 8 * word, (word + 1) * 0x9E37'79B9'7F4A'7C15);
  }
  EXPECT_EQ(static_cast<abi::Status>(host.run(s).status), abi::Status::OK);
  Traffic traffic{host.events, {}};
  for (uint64_t at = 0; at < 6 * 8 * 127; at += 8) {
    traffic.output.push_back(host.memory.peek(s.destination + at));
  }
  return traffic;
}

// An assertion in the RTL ends a run whose handshakes are not stable; here are the rules that need a whole
// burst.
void check_bursts(const std::vector<abi::BoundaryEvent>& events) {
  std::vector<uint64_t> expected_reads;
  size_t reads = 0, announced = 0, written = 0;
  for (const auto& event : events) {
    switch (event.kind) {
      case abi::EventKind::kReadBurst:
      case abi::EventKind::kWriteBurst:
        EXPECT_EQ(event.address % 8, 0u);
        EXPECT_GE(event.data, 1u);
        EXPECT_LE(event.data, uint64_t{abi::kReadBurstBeats});
        EXPECT_EQ(event.address / kPage, (event.address + 8 * event.data - 1) / kPage) << "crosses 4 KiB";
        if (event.kind == abi::EventKind::kWriteBurst) {
          announced += event.data;
        } else {
          for (uint64_t beat = 0; beat < event.data; ++beat) {
            expected_reads.push_back(event.address + 8 * beat);
          }
        }
        break;
      case abi::EventKind::kReadBeat:
        ASSERT_LT(reads, expected_reads.size());
        EXPECT_EQ(event.address, expected_reads[reads++]);
        break;
      case abi::EventKind::kWriteBeat:
        ++written;
        break;
      default:
        break;
    }
  }
  EXPECT_EQ(reads, expected_reads.size());
  EXPECT_EQ(written, announced);
}

TEST(HostBus, KeepsBurstsShortAndInsidePages) {
  check_bursts(run(std::nullopt).events);
}

TEST(HostBus, CarriesTheSameDataUnderAnyStalls) {
  const Traffic free_running = run(std::nullopt);
  for (uint64_t seed = 0; seed < 12; ++seed) {
    const Traffic stalled = run(seed);
    check_bursts(stalled.events);
    EXPECT_EQ(stalled.output, free_running.output) << "stall seed " << seed;
    EXPECT_GT(stalled.events.back().cycle, free_running.events.back().cycle) << "the seed stalled nothing";
  }
}

TEST(HostBus, NeverHasMoreReadsInFlightThanTheSpecificationSays) {
  uint64_t in_flight = 0, most = 0;
  std::vector<uint64_t> left;
  for (const auto& event : run(std::nullopt).events) {
    if (event.kind == abi::EventKind::kReadBurst) {
      left.push_back(event.data);
      most = std::max(most, ++in_flight);
    } else if (event.kind == abi::EventKind::kReadBeat && --left.front() == 0) {
      left.erase(left.begin());
      --in_flight;
    }
  }
  EXPECT_EQ(in_flight, 0u);
  EXPECT_GT(most, 1u);
  EXPECT_LE(most, uint64_t{abi::kReadsInFlight});
}

}  // namespace
}  // namespace photic::verilated
