// SPDX-License-Identifier: Apache-2.0
// The runner's device: opened, loaded, counted, and brought back when it failed.
#include <cstring>
#include <utility>

#include "host/snn/runner.h"
#include "host/snn/runner_batch.h"
#include "host/snn/snn_error.h"

namespace photic::host::snn {
namespace {

constexpr uint32_t kRing = 64;

photic::Device open_spu(const std::string& uri, std::string& geometry) {
  photic::Device device = photic::Device::open(uri);
  const photic_capabilities capabilities = device.capabilities();
  if (capabilities.kind != PHOTIC_KIND_SPU) {
    device_error(uri, "is not a spiking processing unit");
  }
  geometry = capabilities.geometry;
  return device;
}

}  // namespace

abi::SpuPreset device_preset(const std::string& uri) {
  std::string geometry;
  with_device(uri, [&] { open_spu(uri, geometry); });
  const abi::SpuPreset* preset = abi::find_spu_preset(geometry);
  if (preset == nullptr) {
    device_error(uri, "has a geometry '" + geometry + "' that this build does not know");
  }
  return *preset;
}

Runner::Runner(std::string uri, Program program, RetryPolicy policy)
    : uri_(std::move(uri)), program_(std::move(program)), recovery_(policy) {
  begin(Remedy::kReopen);
}

/// Brings the device to where a run can begin, by no less than `least` at first.
void Runner::begin(Remedy least) {
  with_device(uri_, [&] {
    bool tried = false;
    // Once a revival has succeeded, nothing is left to do.
    const auto first = [&] {
      if (!std::exchange(tried, true)) {
        revive(least);
      }
    };
    recovery_.run(first, [&](Remedy wanted) { return revive(wanted); });
  });
  state_lost_ = false;
  step_ = 0;
}

/// Opens the device, anew if there was one, and loads it.
void Runner::open() {
  // The device closes with the last of them.
  event_ = {};
  queue_ = {};
  source_ = {};
  destination_ = {};
  device_ = {};
  std::string geometry;
  device_ = open_spu(uri_, geometry);
  if (geometry != program_.preset.name) {
    device_error(uri_, "has geometry '" + geometry + "', the program is for '" +
                           std::string(program_.preset.name) + "'");
  }
  queue_ = device_.queue(kRing);
  load();
}

/// Leaves the device with the program, a state of 0 and counters of 0.
void Runner::load() {
  const uint32_t cores = program_.preset.cores();
  // A core the program does not use has no neurons and no axons, whatever was in it before.
  std::vector<MemoryImage> images{{0, abi::SpuRegion::CONFIG, 0, std::vector<uint64_t>(cores)}};
  for (const MemoryImage& image : program_.images) {
    if (image.region == abi::SpuRegion::CONFIG && image.core < cores) {
      images[0].words[image.core] = image.words.at(0);
    } else {
      images.push_back(image);
    }
  }
  uint64_t words = 0;
  for (const MemoryImage& image : images) {
    words += image.words.size();
  }
  const photic::Buffer buffer = device_.allocate(8 * words);
  std::vector<photic::Event> events;
  uint64_t offset = 0;
  for (size_t i = 0; i < images.size(); ++i) {
    const MemoryImage& image = images[i];
    std::memcpy(buffer.data() + offset, image.words.data(), 8 * image.words.size());
    photic_spu_memory_desc desc = spu_memory_desc();
    desc.buffer = buffer.get();
    desc.offset = offset;
    desc.core = image.core;
    desc.cores = i == 0 ? cores : 1;
    desc.region = static_cast<uint32_t>(image.region);
    desc.word = image.word;
    desc.words = static_cast<uint32_t>(i == 0 ? 1 : image.words.size());
    events.push_back(queue_.write(desc));
    offset += 8 * image.words.size();
    if (events.size() + 1 == kRing) {
      wait_all(events);
      events.clear();
    }
  }
  wait_all(events);
  queue_.clear(PHOTIC_SPU_CLEAR_STATE | PHOTIC_SPU_CLEAR_COUNTERS).wait();
  if (seed_) {
    photic_spu_settings settings = device_.spu_settings();
    settings.seed = *seed_;
    device_.configure_spu(settings);
  }
  cleared_ = noted_;
}

Remedy Runner::revive(Remedy wanted) {
  state_lost_ = true;
  event_ = {};
  if (wanted == Remedy::kSendAgain && (!device_ || device_.status() != PHOTIC_OK)) {
    wanted = Remedy::kReset;
  }
  if (wanted == Remedy::kReset) {
    try {
      device_.reset();
    } catch (const photic::Error&) {
      wanted = Remedy::kReopen;
    }
  }
  if (wanted == Remedy::kReopen) {
    open();
  } else {
    queue_ = {};
    queue_ = device_.queue(kRing);
    load();
  }
  return wanted;
}

void Runner::attempt(const std::function<void()>& work) {
  recovery_.run(work, [&](Remedy wanted) { return revive(wanted); });
}

void Runner::reopen() {
  begin(Remedy::kReset);
}

void Runner::need_state() const {
  if (state_lost_) {
    device_error(uri_, "failed, and the state of the run was lost with it; restore a snapshot or rewind");
  }
}

/// In all, the device's own and those from before it was brought back.
std::vector<UnitCounters> Runner::read_counters() {
  const uint32_t cores = program_.preset.cores();
  std::vector<UnitCounters> result(cores + 1);
  const photic::Buffer buffer = device_.allocate(result.size() * sizeof(UnitCounters));
  photic_spu_memory_desc desc = spu_memory_desc();
  desc.buffer = buffer.get();
  desc.region = PHOTIC_SPU_REGION_COUNTER;
  desc.words = abi::kSpuCounters;
  desc.cores = cores;
  queue_.read(desc).wait();
  desc.core = cores;
  desc.cores = 1;
  desc.offset = 8 * uint64_t{abi::kSpuCounters} * cores;
  queue_.read(desc).wait();
  std::memcpy(result.data(), buffer.data(), result.size() * sizeof(UnitCounters));
  for (size_t unit = 0; unit < cleared_.size(); ++unit) {
    for (size_t counter = 0; counter < abi::kSpuCounters; ++counter) {
      result[unit][counter] += cleared_[unit][counter];
    }
  }
  return result;
}

/// What a device that is lost later would take with it.
void Runner::note_counters() {
  if (recovery_.policy().retries > 0) {
    noted_ = read_counters();
  }
}

std::vector<UnitCounters> Runner::counters() {
  std::vector<UnitCounters> result;
  with_device(uri_, [&] { attempt([&] { result = read_counters(); }); });
  return result;
}

void Runner::clear_counters() {
  with_device(uri_, [&] { attempt([&] { queue_.clear(PHOTIC_SPU_CLEAR_COUNTERS).wait(); }); });
  cleared_.clear();
  noted_.clear();
}

void Runner::set_seed(uint32_t seed) {
  seed_ = seed;
  with_device(uri_, [&] {
    attempt([&] {
      photic_spu_settings settings = device_.spu_settings();
      settings.seed = seed;
      device_.configure_spu(settings);
    });
  });
}

}  // namespace photic::host::snn
