// SPDX-License-Identifier: Apache-2.0
// Loads a program word by word as the mapper wrote it, and runs it.
#include "examples/opencl/spike_classifier.h"

#include <span>
#include <stdexcept>
#include <string>

#include "drivers/abi/geometry.h"
#include "host/snn/event_stream.h"
#include "host/snn/program.h"
#include "models/workloads/spiking/classifier.h"
#include "models/workloads/spiking/classify.h"

namespace photic::example {
namespace {

constexpr uint32_t kTimeout = 1U << 20;  // units of 1024 cycles: far more than any run here takes

void load(Accelerators& devices, const host::snn::Program& program) {
  const uint32_t cores = program.preset.cores();
  // Cores the program does not use have no neurons and no axons, whatever was in them before.
  devices.write(0, cores, PHOTIC_SPU_REGION_CONFIG, 0, std::vector<uint64_t>(cores));
  for (const host::snn::MemoryImage& image : program.images) {
    devices.write(image.core, 1, static_cast<uint32_t>(image.region), image.word, image.words);
  }
  devices.clear(PHOTIC_SPU_CLEAR_STATE | PHOTIC_SPU_CLEAR_COUNTERS);
}

}  // namespace

std::vector<int32_t> classify(Accelerators& devices, host::Network& network, const host::Dataset& data,
                              size_t images, uint32_t steps) {
  const abi::SpuPreset* preset = abi::find_spu_preset(devices.spiking_geometry());
  if (preset == nullptr) {
    throw std::runtime_error("the spiking device has a geometry this program does not know");
  }
  workloads::SpikingSettings settings;
  settings.steps = steps;
  const workloads::SpikingClassifier classifier =
      workloads::make_classifier(network, data, *preset, settings);
  load(devices, classifier.program);
  const std::vector<host::SpikeTrain> trains = workloads::first_images(data.test, images, steps);
  const std::vector<uint64_t> events =
      host::snn::make_event_stream(trains, static_cast<uint32_t>(data.test.features), steps);
  photic_spu_run_desc desc{};
  desc.struct_size = sizeof(desc);
  desc.source_words = static_cast<uint32_t>(events.size());
  desc.steps = static_cast<uint32_t>(trains.size()) * steps;
  desc.epoch = steps;
  desc.period = steps;
  desc.record = PHOTIC_SPU_RECORD_I32;
  desc.outputs = classifier.program.outputs;
  desc.clear_first = 1;
  desc.timeout = kTimeout;
  const size_t record = (classifier.program.outputs + 1) / 2 * 2;  // whole 64-bit words
  std::vector<int32_t> records(record * trains.size());
  devices.run(desc, events, std::as_writable_bytes(std::span(records)));
  std::vector<int32_t> sums;
  for (size_t i = 0; i < trains.size(); ++i) {
    sums.insert(sums.end(), records.begin() + static_cast<ptrdiff_t>(i * record),
                records.begin() + static_cast<ptrdiff_t>(i * record + classifier.program.outputs));
  }
  return sums;
}

}  // namespace photic::example
