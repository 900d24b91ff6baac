// SPDX-License-Identifier: Apache-2.0
// Queues and shell registers of the random host.
#include "sim/lockstep/host.h"

#include "drivers/abi/geometry.h"
#include "drivers/abi/registers.h"

namespace photic::lockstep {
namespace {

constexpr uint64_t kRings = 0x3'0000'0000;
constexpr uint64_t kRingStride = 0x20'0000;
constexpr uint64_t kCompletionOffset = 0x10'0000;
constexpr unsigned kLargestRing = 5;

constexpr uint64_t ring_base(unsigned queue) {
  return kRings + kRingStride * queue;
}

}  // namespace

Host::Host(abi::DevicePort& device, HostMemory& memory, uint64_t seed, bool settles, bool faults)
    : memory_(memory), faults_(faults), dice_(seed), device_(device, dice_, settles || dice_.once_in(2)) {
  memory_.map(kReadOnly, HostMemory::kPageBytes, false);
  for (unsigned q = 0; q < abi::kQueues; ++q) {
    memory_.map(ring_base(q), HostMemory::kPageBytes);
    memory_.map(ring_base(q) + kCompletionOffset, HostMemory::kPageBytes);
  }
}

RingPlace Host::place(unsigned queue) {
  return {queue, ring_base(queue), ring_base(queue) + kCompletionOffset,
          static_cast<unsigned>(dice_.between(1, kLargestRing))};
}

void Host::open_all() {
  rings_.clear();
  for (unsigned q = 0; q < abi::kQueues; ++q) {
    rings_.emplace_back(device_, memory_, place(q));
    rings_.back().open();
  }
  device_.write(abi::SHELL_IRQ_ENABLE, static_cast<uint32_t>(dice_.below(32)));
}

// The client's memory accesses miss rings that cannot be reached as well.
void Host::open_one() {
  const auto queue = static_cast<unsigned>(dice_.below(abi::kQueues));
  RingPlace place = this->place(queue);
  if (faults_ && dice_.once_in(3)) {
    (dice_.once_in(2) ? place.submissions : place.completions) = kUnmapped;
  } else if (faults_ && dice_.once_in(6)) {
    place.completions = kReadOnly;
  }
  rings_[queue] = RingClient(device_, memory_, place);
  rings_[queue].open();
  if (dice_.once_in(4)) {  // address bits that do not count
    device_.write(abi::QUEUE_SQ_BASE_LO(queue), static_cast<uint32_t>(place.submissions + dice_.below(64)));
    device_.write(abi::QUEUE_CQ_BASE_LO(queue), static_cast<uint32_t>(place.completions + dice_.below(64)));
  }
}

void Host::reset() {
  count_cycles();
  device_.reset();
  open_all();
}

void Host::poke_shell() {
  switch (dice_.below(6)) {
    case 0:
      device_.write(abi::SHELL_SCRATCH, static_cast<uint32_t>(dice_.bits()));
      break;
    case 1:
      device_.write(abi::SHELL_IRQ_ENABLE, static_cast<uint32_t>(dice_.bits()));
      break;
    case 2:
      device_.write(abi::SHELL_IRQ_RAISE, static_cast<uint32_t>(dice_.bits()));
      break;
    case 3:
      device_.write(abi::SHELL_IRQ_STATUS, static_cast<uint32_t>(dice_.bits()));
      break;
    case 4:
      device_.write(abi::SHELL_ERROR, static_cast<uint32_t>(dice_.bits()));
      break;
    default:
      device_.write(dice_.one_of<uint32_t>({abi::SHELL_LIMITS + 4, abi::SHELL_CYCLE, abi::OPU_FRAMES,
                                            abi::SPU_STEPS, abi::SPU_MESH}),
                    static_cast<uint32_t>(dice_.bits()));
      break;
  }
}

void Host::submit(const std::function<std::optional<abi::Submission>()>& next) {
  const bool at_once = dice_.once_in(2);
  if (at_once) {
    device_.write(abi::SHELL_CONTROL, 0);
  }
  const uint64_t queues = dice_.between(1, abi::kQueues);
  for (uint64_t i = 0; i < queues; ++i) {
    RingClient& ring = rings_[dice_.below(abi::kQueues)];
    const uint64_t wanted = dice_.between(0, 4);
    for (uint64_t n = 0; n < wanted && ring.free_entries() != 0; ++n) {
      const std::optional<abi::Submission> submission = next();
      if (!submission) {
        break;
      }
      ring.submit(*submission);
    }
    ring.ring_doorbell();
  }
  device_.write(abi::SHELL_CONTROL, abi::SHELL_CONTROL_ENABLE.set(1));
}

void Host::work() {
  device_.work();
  if (device_.failure()) {
    result_.failure = *device_.failure();
  }
}

void Host::collect(const std::function<void(const abi::Completion&)>& taken) {
  for (unsigned q = 0; q < abi::kQueues && !failed(); ++q) {
    RingClient& ring = rings_[q];
    while (const auto completion = ring.next_completion()) {
      ++result_.commands;
      ++result_.statuses[completion->status];
      if (taken) {
        taken(*completion);
      }
    }
    if (!dice_.once_in(4)) {
      ring.acknowledge();
    }
    if (device_.read(abi::QUEUE_STATUS(q)) != 0) {
      ++result_.commands;  // one that no completion tells of, so that a session ends even if all its rings
                           // are broken
      ring = RingClient(device_, memory_, place(q));
      ring.open();
    }
  }
}

void Host::acknowledge_all() {
  for (RingClient& ring : rings_) {
    ring.acknowledge();
    ring.ring_doorbell();
  }
}

void Host::count_cycles() {
  const uint64_t low = device_.read(abi::SHELL_CYCLE);
  result_.cycles += low | (uint64_t{device_.read(abi::SHELL_CYCLE_HI)} << 32);
}

}  // namespace photic::lockstep
