// SPDX-License-Identifier: Apache-2.0
// The list of faults with their fates, and how one is lived through.
#include "tests/conformance/faults/scenario.h"

#include <functional>
#include <memory>
#include <utility>

#include "tests/conformance/faults/work.h"

namespace photic::test {
namespace {

// Of URIs whose device is to be lost after its stall time.
constexpr unsigned kShortStall = 500;
// Frames whose trigger is not the one that is lost.
constexpr uint32_t kOtherFrames = 1000;

// Everything of the queue ends so, the other queue goes on, a reset heals.
Fate of_queue(photic_status status) {
  return {.hit = status, .behind = status};
}

// Everything of the device ends so, a reset heals.
Fate of_device(photic_status status) {
  return {.hit = status, .behind = status, .other = status};
}

Fate of_command(photic_status status) {
  return {.hit = status};
}

const Fate kGone{.hit = PHOTIC_DEVICE_LOST,
                 .behind = PHOTIC_DEVICE_LOST,
                 .other = PHOTIC_DEVICE_LOST,
                 .reset = PHOTIC_DEVICE_LOST,
                 .reopened = true};
const Fate kUnnoticed{};
const Fate kSilent{.right = false};

std::unique_ptr<Work> make_work(Kind kind, const Device& device, const Queue& queue) {
  if (kind == Kind::kOpu) {
    return std::make_unique<OpuWork>(device, queue);
  }
  return std::make_unique<SpuWork>(device, queue);
}

const std::vector<std::byte>& golden_outputs(Kind kind) {
  const auto ask = [](Kind of) {
    const Device device = Device::open(targets_of(of).front().uri);
    const auto work = make_work(of, device, device.queue(16));
    work->prepare();
    work->start().wait(kFence);
    return work->outputs();
  };
  static const std::vector<std::byte> opu = ask(Kind::kOpu);
  static const std::vector<std::byte> spu = ask(Kind::kSpu);
  return kind == Kind::kOpu ? opu : spu;
}

// Of a command from submission to end: a queue that failed already refuses it with the status it would end
// with.
class Pending {
 public:
  explicit Pending(const std::function<Event()>& submit) {
    try {
      event_ = submit();
    } catch (const Error& error) {
      note(error);
    }
  }

  photic_status end() {
    if (event_) {
      try {
        event_.wait(kFence);
      } catch (const Error& error) {
        note(error);
      }
    }
    return status_;
  }

  const std::string& text() const { return text_; }

 private:
  void note(const Error& error) {
    status_ = error.status();
    text_ = error.what();
  }

  Event event_;
  photic_status status_ = PHOTIC_OK;
  std::string text_;
};

bool works(Work& work, Kind kind) {
  try {
    work.prepare();
    work.start().wait(kFence);
  } catch (const Error&) {
    return false;
  }
  return work.outputs() == golden_outputs(kind);
}

}  // namespace

const std::vector<Scenario>& scenarios() {
  static const std::vector<Scenario> list{
      {"lost_interrupt", "lost_interrupt,count=all", Kind::kOpu, kUnnoticed},
      {"late_interrupt", "late_interrupt,by=2,count=all", Kind::kOpu, kUnnoticed},
      {"stuck_doorbell_twice", "stuck_doorbell,queue=0,count=2", Kind::kOpu, kUnnoticed, kShortStall},
      {"stuck_doorbell_for_good",
       "stuck_doorbell,queue=0,count=all",
       Kind::kOpu,
       {.hit = PHOTIC_DEVICE_LOST, .behind = PHOTIC_DEVICE_LOST, .reopened = true},
       kShortStall},
      {"hang_at_fetch", "hang", Kind::kOpu, of_device(PHOTIC_DEVICE_LOST), kShortStall},
      {"hang_at_data", "hang,at=data", Kind::kOpu, of_device(PHOTIC_DEVICE_LOST), kShortStall},
      {"hang_at_completion", "hang,at=completion", Kind::kOpu, of_device(PHOTIC_DEVICE_LOST), kShortStall},
      {"vanish", "vanish", Kind::kOpu, kGone},
      {"slow", "slow,us=2000", Kind::kOpu, kUnnoticed},
      {"dma_read_error", "dma_read_error", Kind::kOpu, of_command(PHOTIC_DMA_READ_ERROR)},
      {"dma_write_error", "dma_write_error", Kind::kOpu, of_command(PHOTIC_DMA_WRITE_ERROR)},
      {"ring_read_error", "ring_read_error", Kind::kOpu, of_queue(PHOTIC_DMA_READ_ERROR)},
      {"ring_write_error", "ring_write_error", Kind::kOpu, of_queue(PHOTIC_DMA_WRITE_ERROR)},
      {"ring_write_error_unheard", "lost_interrupt,count=all+ring_write_error", Kind::kOpu,
       of_queue(PHOTIC_DMA_WRITE_ERROR), kShortStall},
      {"corrupted_command", "corrupted_completion,bit=15", Kind::kOpu, of_queue(PHOTIC_PROTOCOL_ERROR)},
      {"corrupted_status", "corrupted_completion,field=status,bit=4", Kind::kOpu,
       of_command(PHOTIC_DMA_READ_ERROR)},
      {"corrupted_status_unknown", "corrupted_completion,field=status,bit=15", Kind::kOpu,
       of_queue(PHOTIC_PROTOCOL_ERROR)},
      {"corrupted_phase", "corrupted_completion,field=phase", Kind::kOpu, of_queue(PHOTIC_PROTOCOL_ERROR),
       kShortStall},
      {"corrupted_all", "corrupted_completion,field=all", Kind::kOpu, of_queue(PHOTIC_PROTOCOL_ERROR)},
      {"duplicated_completion", "duplicated_completion", Kind::kOpu, {.behind = PHOTIC_PROTOCOL_ERROR}},
      {"flip_input", "flip_memory", Kind::kOpu, kSilent},
      {"flip_output", "flip_output", Kind::kOpu, kSilent},
      {"lose_trigger", "lose_trigger,frame=0", Kind::kOpu, of_command(PHOTIC_TIMEOUT)},
      {"spu_hang", "hang,opcode=spu_run,at=data", Kind::kSpu, of_device(PHOTIC_DEVICE_LOST), kShortStall},
      {"spu_vanish", "vanish,opcode=spu_run,at=completion", Kind::kSpu, kGone},
      {"spu_dma_read_error", "dma_read_error,opcode=spu_run", Kind::kSpu, of_command(PHOTIC_DMA_READ_ERROR)},
      {"spu_dma_write_error", "dma_write_error,opcode=spu_run", Kind::kSpu,
       of_command(PHOTIC_DMA_WRITE_ERROR)},
      // Bit 2 of the second weight of the program's third region: 5 becomes 1.
      {"spu_flip_memory", "flip_memory,command=2,bit=10", Kind::kSpu, kSilent},
      {"spu_flip_link", "flip_link,command=1", Kind::kSpu, of_command(PHOTIC_LINK_ERROR)},
      {"spu_flip_output", "flip_output,opcode=spu_run", Kind::kSpu, kSilent},
  };
  return list;
}

std::vector<TargetUri> targets_of(Kind kind) {
  return kind == Kind::kOpu ? opu_targets() : spu_targets();
}

Outcome run(const Scenario& scenario, const std::string& uri) {
  const std::string stall = "&stall_ms=" + std::to_string(scenario.stall_ms);
  Outcome outcome;
  {
    const Device device = Device::open("fault:" + scenario.rules + ":" + uri + stall);
    const Queue queue = device.queue(16);
    const Queue other_queue = device.queue(4);
    const auto work = make_work(scenario.kind, device, queue);
    work->prepare();

    const auto start = std::chrono::steady_clock::now();
    Pending hit([&] { return work->start(); });
    Pending behind([&] { return queue.nop(); });
    Pending other([&] { return other_queue.nop(); });
    outcome.fate.hit = hit.end();
    outcome.fate.behind = behind.end();
    outcome.fate.other = other.end();
    outcome.time = std::chrono::steady_clock::now() - start;
    outcome.text = hit.text();
    outcome.fate.right = outcome.fate.hit != PHOTIC_OK || work->outputs() == golden_outputs(scenario.kind);

    outcome.health = device.health();
    outcome.fate.reset = photic_device_reset(device.get());
    if (auto* opu = dynamic_cast<OpuWork*>(work.get())) {
      opu->begin_at_frame(kOtherFrames);
    }
    outcome.recovered = outcome.fate.reset == PHOTIC_OK && works(*work, scenario.kind);
  }
  if (!outcome.recovered) {
    outcome.fate.reopened = true;
    const Device device = Device::open(uri);
    const auto work = make_work(scenario.kind, device, device.queue(16));
    outcome.recovered = works(*work, scenario.kind);
  }
  return outcome;
}

}  // namespace photic::test
