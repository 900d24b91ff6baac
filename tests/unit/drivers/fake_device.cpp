// SPDX-License-Identifier: Apache-2.0
// The fake device, and the list of targets that makes one of every URI.
#include "tests/unit/drivers/fake_device.h"

#include <bit>
#include <cstring>
#include <stdexcept>
#include <utility>
#include <vector>

#include "drivers/abi/contract.h"
#include "drivers/abi/geometry.h"
#include "drivers/abi/registers.h"
#include "drivers/transport/in_process.h"

namespace photic::test {

std::atomic<int> fake_devices_alive{0};

namespace {

std::atomic<bool> gate{true};
std::atomic<bool> stuck{false};
std::atomic<bool> is_stuck{false};

abi::SpuRun as_run(const abi::Submission& submission) {
  return std::bit_cast<abi::SpuRun>(submission);
}

}  // namespace

void FakeDevice::open_gate(bool open) {
  gate = open;
}
void FakeDevice::release_stuck(bool release) {
  stuck = !release;
  stuck.notify_all();
  is_stuck = false;
}
void FakeDevice::await_stuck() {
  is_stuck.wait(false);
}

FakeDevice::FakeDevice(abi::DeviceKind kind, Fault fault, abi::DmaPort& dma, abi::InterruptPort& interrupts)
    : kind_(kind), fault_(fault), dma_(dma), interrupts_(interrupts) {
  reset();
}

void FakeDevice::reset() {
  ++resets_;
  registers_.clear();
  rings_ = {};
  steps_left_ = 0;
  last_ = 3;
  registers_[abi::SHELL_MAGIC] = abi::SHELL_MAGIC_RESET ^ (fault_ == Fault::kMagic ? 1U : 0U);
  registers_[abi::SHELL_CONTRACT] = abi::kContractHash ^ (fault_ == Fault::kContract ? 1U : 0U);
  registers_[abi::SHELL_VERSION] = abi::SHELL_VERSION_RESET;
  registers_[abi::SHELL_KIND] = static_cast<uint32_t>(kind_);
  registers_[abi::SHELL_CLOCK] = abi::SHELL_CLOCK_RESET;
  registers_[abi::SHELL_LIMITS] = abi::SHELL_LIMITS_RESET;
  if (kind_ == abi::DeviceKind::SPU) {
    reset_spu();
    return;
  }
  const abi::Preset& tiny = *abi::find_preset("tiny");
  registers_[abi::SHELL_GEOMETRY] = tiny.index;
  registers_[abi::OPU_MIRRORS] =
      abi::OPU_MIRRORS_ROWS.set(tiny.mirror_rows) | abi::OPU_MIRRORS_COLS.set(tiny.mirror_cols);
  registers_[abi::OPU_PIXELS] =
      abi::OPU_PIXELS_ROWS.set(tiny.pixel_rows) | abi::OPU_PIXELS_COLS.set(tiny.pixel_cols);
  registers_[abi::OPU_LASER] = abi::OPU_LASER_RESET;
  registers_[abi::OPU_CAMERA] = abi::OPU_CAMERA_RESET;
}

void FakeDevice::reset_spu() {
  const abi::SpuPreset& strip = *abi::find_spu_preset("strip");
  registers_[abi::SHELL_GEOMETRY] = strip.index;
  registers_[abi::SPU_MESH] = abi::SPU_MESH_COLS.set(strip.mesh_cols) |
                              abi::SPU_MESH_ROWS.set(strip.mesh_rows) | abi::SPU_MESH_LANES.set(strip.lanes) |
                              abi::SPU_MESH_SLOTS.set(strip.slots);
  registers_[abi::SPU_CORE] = abi::SPU_CORE_NEURONS.set(strip.neurons) | abi::SPU_CORE_AXONS.set(strip.axons);
  registers_[abi::SPU_MEMORY] =
      abi::SPU_MEMORY_SYNAPSE_WORDS.set(strip.synapse_words) | abi::SPU_MEMORY_WALKS.set(strip.walks);
  registers_[abi::SPU_FANOUT] =
      abi::SPU_FANOUT_WORDS.set(strip.fanout_words) | abi::SPU_FANOUT_IO_WORDS.set(strip.io_fanout_words);
  registers_[abi::SPU_IO] = abi::SPU_IO_INPUTS.set(strip.inputs) | abi::SPU_IO_OUTPUTS.set(strip.outputs);
}

uint32_t FakeDevice::read(uint32_t offset) {
  if (offset == abi::SHELL_STATUS) {
    bool busy = false;
    for (unsigned queue = 0; queue < rings_.size(); ++queue) {
      busy = busy || runnable(queue);
    }
    return abi::SHELL_STATUS_BUSY.set(busy ? 1 : 0);
  }
  for (unsigned queue = 0; queue < rings_.size(); ++queue) {
    if (offset == abi::QUEUE_STATUS(queue)) {
      return abi::QUEUE_STATUS_HALTED.set(rings_[queue].halted ? 1 : 0);
    }
    if (offset == abi::QUEUE_SQ_HEAD(queue)) {
      return rings_[queue].sq_head;
    }
    if (offset == abi::QUEUE_CQ_TAIL(queue)) {
      return rings_[queue].cq_tail;
    }
  }
  return registers_[offset];
}

// True from the moment on at which a fault that happens once has happened.
bool FakeDevice::strikes(Fault fault) {
  return fault_ == fault && !std::exchange(struck_, true);
}

bool FakeDevice::loses(uint32_t offset, uint32_t value) {
  const bool opens = offset == abi::QUEUE_CONTROL(0) && abi::QUEUE_CONTROL_ENABLE.get(value) != 0;
  return (offset == abi::QUEUE_SQ_TAIL(0) && value != 0 && strikes(Fault::kDeafOnce)) ||
         (offset == abi::QUEUE_SQ_TAIL(0) && value != 0 && fault_ == Fault::kDeaf) ||
         (offset == abi::QUEUE_CQ_HEAD(0) && value != 0 && strikes(Fault::kDeafToHeads)) ||
         (fault_ == Fault::kDeafToAll &&
          abi::QUEUE_CONTROL_ENABLE.get(registers_[abi::QUEUE_CONTROL(0)]) != 0) ||
         (opens && strikes(Fault::kForgetful));
}

void FakeDevice::write(uint32_t offset, uint32_t value) {
  if (loses(offset, value)) {
    return;
  }
  if (offset == abi::SHELL_ERROR) {
    if (abi::SHELL_ERROR_VALID.get(value) != 0) {
      registers_[abi::SHELL_ERROR] = 0;
    }
    return;
  }
  registers_[offset] = value;
  for (unsigned queue = 0; queue < rings_.size(); ++queue) {
    if (offset == abi::QUEUE_CONTROL(queue)) {
      rings_[queue] = {};
    }
  }
}

bool FakeDevice::runnable(unsigned queue) {
  const uint32_t control = registers_[abi::QUEUE_CONTROL(queue)];
  const uint32_t mask = (1U << abi::QUEUE_CONTROL_SIZE_LOG2.get(control)) - 1;
  const Ring& ring = rings_[queue];
  return abi::SHELL_CONTROL_ENABLE.get(registers_[abi::SHELL_CONTROL]) != 0 &&
         abi::QUEUE_CONTROL_ENABLE.get(control) != 0 && !ring.halted && !hangs() &&
         !(queue == 0 && fault_ == Fault::kUnfair) &&
         ring.sq_head != (registers_[abi::QUEUE_SQ_TAIL(queue)] & mask) &&
         ((ring.cq_tail + 1) & mask) != (registers_[abi::QUEUE_CQ_HEAD(queue)] & mask);
}

abi::Activity FakeDevice::advance(uint64_t budget) {
  for (uint64_t step = 0; step < budget; ++step) {
    unsigned tried = 0;
    while (tried < rings_.size() && !runnable((last_ + 1 + tried) % rings_.size())) {
      ++tried;
    }
    if (tried == rings_.size()) {
      return abi::Activity::kIdle;
    }
    serve((last_ + 1 + tried) % rings_.size());
  }
  return abi::Activity::kWorking;
}

void FakeDevice::serve(unsigned queue) {
  Ring& ring = rings_[queue];
  const uint32_t mask = (1U << abi::QUEUE_CONTROL_SIZE_LOG2.get(registers_[abi::QUEUE_CONTROL(queue)])) - 1;
  abi::Submission submission;
  std::array<uint64_t, sizeof(submission) / 8> words{};
  progress_.fetch_add(1, std::memory_order_relaxed);
  const uint64_t entry = address(abi::QUEUE_SQ_BASE_LO(queue)) + ring.sq_head * sizeof(submission);
  const bool readable = dma_.read(entry, words.data(), words.size());
  std::memcpy(static_cast<void*>(&submission), words.data(), sizeof(submission));
  const bool project = submission.opcode == abi::Opcode::OPU_PROJECT;
  if (!readable || (project && (fault_ == Fault::kRing || fault_ == Fault::kRingUnsaid))) {
    halt(queue, entry);
    return;
  }
  const bool waits = (project && submission.frame == 1) ||
                     (submission.opcode == abi::Opcode::SPU_RUN && as_run(submission).epoch == 1);
  if (waits && !gate) {
    return;
  }
  if (project && steps_left_ == 0 && submission.exposure > 0) {
    steps_left_ = submission.exposure + 1;
  }
  if (steps_left_ > 1) {
    --steps_left_;
    return;
  }
  steps_left_ = 0;
  abi::Completion completion;
  completion.start = progress_;
  completion.status = execute(submission, completion);
  completion.end = progress_;
  completion.command = submission.command;
  ring.sq_head = (ring.sq_head + 1) & mask;
  completion.sq_head = static_cast<uint16_t>(ring.sq_head);
  completion.phase = ring.phase;
  if (strikes(Fault::kUnknownCommand)) {
    completion.command ^= 1U;
  } else if (strikes(Fault::kBadStatus)) {
    completion.status = abi::Status::DEVICE_LOST;
  } else if (strikes(Fault::kBadHead)) {
    completion.sq_head = submission.command;
  } else if (strikes(Fault::kBadPhase)) {
    completion.phase |= 2U;
  } else if (strikes(Fault::kBadCycles)) {
    completion.end = completion.start - 1;
  }
  if (strikes(Fault::kTwice)) {
    complete(queue, completion);
  }
  complete(queue, completion);
  last_ = queue;
  registers_[abi::SHELL_COMMANDS] += 1;
  if ((submission.flags & abi::SUBMIT_IRQ) != 0 && fault_ != Fault::kNoInterrupt) {
    raise(1U << queue);
  }
}

void FakeDevice::complete(unsigned queue, const abi::Completion& completion) {
  Ring& ring = rings_[queue];
  const uint32_t mask = (1U << abi::QUEUE_CONTROL_SIZE_LOG2.get(registers_[abi::QUEUE_CONTROL(queue)])) - 1;
  std::array<uint64_t, sizeof(completion) / 8> out{};
  std::memcpy(out.data(), &completion, sizeof(completion));
  if (!strikes(Fault::kNoCompletion)) {
    dma_.write(address(abi::QUEUE_CQ_BASE_LO(queue)) + ring.cq_tail * sizeof(completion), out.data(),
               out.size());
  }
  ring.cq_tail = (ring.cq_tail + 1) & mask;
  ring.phase ^= ring.cq_tail == 0 ? 1U : 0U;
}

void FakeDevice::halt(unsigned queue, uint64_t address) {
  rings_[queue].halted = true;
  registers_[abi::SHELL_ERROR] =
      abi::SHELL_ERROR_STATUS.set(static_cast<uint32_t>(abi::Status::DMA_READ_ERROR)) |
      abi::SHELL_ERROR_QUEUE.set(queue) | abi::SHELL_ERROR_VALID.mask();
  registers_[abi::SHELL_ERROR_ADDRESS] = static_cast<uint32_t>(address);
  registers_[abi::SHELL_ERROR_ADDRESS_HI] = static_cast<uint32_t>(address >> 32);
  if (fault_ != Fault::kRingUnsaid) {
    raise(abi::SHELL_IRQ_STATUS_ERROR.mask());
  }
}

abi::Status FakeDevice::execute(const abi::Submission& submission, abi::Completion& completion) {
  if (submission.opcode == abi::Opcode::NOP) {
    return abi::Status::OK;
  }
  if (kind_ == abi::DeviceKind::SPU) {
    return execute_spu(submission, completion);
  }
  if (submission.opcode != abi::Opcode::OPU_PROJECT) {
    return abi::Status::INVALID_OPCODE;
  }
  if (fault_ == Fault::kThrows) {
    throw std::runtime_error("a defect in the model");
  }
  while (fault_ == Fault::kStuck && stuck) {
    is_stuck = true;
    is_stuck.notify_all();
    stuck.wait(true);
  }
  if (submission.features == 0) {
    return abi::Status::OK;
  }
  std::vector<uint64_t> words(submission.features);
  if (!dma_.read(submission.source, words.data(), words.size())) {
    completion.detail = submission.source;
    return abi::Status::DMA_READ_ERROR;
  }
  if (!dma_.write(submission.destination, words.data(), words.size())) {
    completion.detail = submission.destination;
    return abi::Status::DMA_WRITE_ERROR;
  }
  return abi::Status::OK;
}

abi::Status FakeDevice::execute_spu(const abi::Submission& submission, abi::Completion& completion) {
  switch (submission.opcode) {
    case abi::Opcode::SPU_WRITE:
    case abi::Opcode::SPU_READ:
    case abi::Opcode::SPU_CLEAR:
      return abi::Status::OK;
    case abi::Opcode::SPU_RUN: {
      const abi::SpuRun run = as_run(submission);
      if (run.source_words > 0 && !dma_.read(run.source, &completion.detail, 1)) {
        completion.detail = run.source;
        return abi::Status::DMA_READ_ERROR;
      }
      return static_cast<abi::Status>(run.step);
    }
    default:
      return abi::Status::INVALID_OPCODE;
  }
}

void FakeDevice::raise(uint32_t causes) {
  registers_[abi::SHELL_IRQ_STATUS] |= causes;
  const uint32_t enabled = causes & registers_[abi::SHELL_IRQ_ENABLE];
  if (enabled != 0) {
    interrupts_.raise(static_cast<unsigned>(std::countr_zero(enabled)));
  }
}

namespace {

// Counts itself, so that a test can see that nothing was left behind.
class CountedFake : public FakeDevice {
 public:
  CountedFake(abi::DeviceKind kind, Fault fault, abi::DmaPort& dma, abi::InterruptPort& interrupts)
      : FakeDevice(kind, fault, dma, interrupts) {
    ++fake_devices_alive;
  }
  ~CountedFake() override { --fake_devices_alive; }
};

}  // namespace
}  // namespace photic::test

namespace photic::transport {

std::unique_ptr<abi::DevicePort> make_in_process_device(const Uri& uri, abi::DmaPort& dma,
                                                        abi::InterruptPort& interrupts) {
  using test::Fault;
  const std::map<std::string, Fault> faults{{"none", Fault::kNone},
                                            {"magic", Fault::kMagic},
                                            {"contract", Fault::kContract},
                                            {"silent", Fault::kSilent},
                                            {"hangs", Fault::kHangs},
                                            {"stuck", Fault::kStuck},
                                            {"throws", Fault::kThrows},
                                            {"ring", Fault::kRing},
                                            {"ring_unsaid", Fault::kRingUnsaid},
                                            {"quiet", Fault::kNoInterrupt},
                                            {"unknown", Fault::kUnknownCommand},
                                            {"twice", Fault::kTwice},
                                            {"bad_status", Fault::kBadStatus},
                                            {"bad_head", Fault::kBadHead},
                                            {"bad_phase", Fault::kBadPhase},
                                            {"bad_cycles", Fault::kBadCycles},
                                            {"no_completion", Fault::kNoCompletion},
                                            {"deaf_once", Fault::kDeafOnce},
                                            {"deaf", Fault::kDeaf},
                                            {"deaf_to_heads", Fault::kDeafToHeads},
                                            {"deaf_to_all", Fault::kDeafToAll},
                                            {"unfair", Fault::kUnfair},
                                            {"forgetful", Fault::kForgetful}};
  std::vector<std::string> names;
  for (const auto& [name, fault] : faults) {
    names.push_back(name);
  }
  OptionReader reader(uri);
  ignore_driver_options(reader);
  const Fault fault = faults.at(reader.choice("fault", names, "none"));
  reader.finish();
  const auto kind = uri.kind == "spu" ? abi::DeviceKind::SPU : abi::DeviceKind::OPU;
  return std::make_unique<test::CountedFake>(kind, fault, dma, interrupts);
}

}  // namespace photic::transport
