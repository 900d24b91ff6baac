// SPDX-License-Identifier: Apache-2.0
// Which SPU submissions are refused, with which status, and which of two statuses comes first.
#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "models/kernels/spu/command_check.h"

namespace photic::kernels::spu {
namespace {

using abi::Opcode;
using abi::SpuMemory;
using abi::SpuRecord;
using abi::SpuRegion;
using abi::SpuRun;
using abi::Status;

const abi::SpuPreset& preset() {
  return *abi::find_spu_preset("tiny");
}

template <typename Record>
Status status_of(const Record& record) {
  return validate(std::bit_cast<abi::Submission>(record), preset());
}

SpuMemory write() {
  SpuMemory m;
  m.opcode = Opcode::SPU_WRITE;
  m.source = 64;
  m.cores = 1;
  m.region = SpuRegion::SYNAPSE;
  m.words = 1;
  return m;
}
SpuMemory read() {
  SpuMemory m = write();
  m.opcode = Opcode::SPU_READ;
  m.source = 0;
  m.destination = 64;
  return m;
}
SpuMemory clear() {
  SpuMemory m;
  m.opcode = Opcode::SPU_CLEAR;
  m.clear = abi::SPU_CLEAR_STATE | abi::SPU_CLEAR_COUNTERS;
  return m;
}
SpuRun run(SpuRecord record = SpuRecord::NONE) {
  SpuRun r;
  r.opcode = Opcode::SPU_RUN;
  r.steps = 1;
  r.record = record;
  if (record != SpuRecord::NONE) {
    r.period = 1;
    r.destination = 64;
  }
  r.outputs = record == SpuRecord::BITS || record == SpuRecord::I32 ? 64 : 0;
  r.probe_neurons = record == SpuRecord::STATES ? 16 : 0;
  return r;
}

template <typename Record>
struct Case {
  const char* what;
  std::function<void(Record&)> change;
  Status status;
};

template <typename Record>
void expect_each(const Record& valid, const std::vector<Case<Record>>& cases) {
  EXPECT_EQ(status_of(valid), Status::OK);
  for (const auto& c : cases) {
    Record changed = valid;
    c.change(changed);
    EXPECT_EQ(status_of(changed), c.status) << c.what;
  }
}

TEST(SpuCommandCheck, RefusesOpcodesItHasNot) {
  for (unsigned opcode = 0; opcode < 256; ++opcode) {
    abi::Submission s;
    s.opcode = static_cast<Opcode>(opcode);
    const bool known = s.opcode == Opcode::NOP || (opcode >= 0x20 && opcode <= 0x23);
    EXPECT_EQ(validate(s, preset()) == Status::INVALID_OPCODE, !known) << opcode;
  }
}

TEST(SpuCommandCheck, JudgesWritesAndReads) {
  const std::vector<Case<SpuMemory>> both = {
      {"interrupt", [](SpuMemory& m) { m.flags = abi::SUBMIT_IRQ; }, Status::OK},
      {"timeout", [](SpuMemory& m) { m.timeout = 9; }, Status::OK},
      {"strict", [](SpuMemory& m) { m.flags = abi::SUBMIT_STRICT; }, Status::INVALID_FIELD},
      {"unknown flag", [](SpuMemory& m) { m.flags = 4; }, Status::INVALID_FIELD},
      {"reserved0", [](SpuMemory& m) { m.reserved0 = 1; }, Status::INVALID_FIELD},
      {"reserved1", [](SpuMemory& m) { m.reserved1 = 1; }, Status::INVALID_FIELD},
      {"reserved2", [](SpuMemory& m) { m.reserved2 = 1; }, Status::INVALID_FIELD},
      {"reserved3", [](SpuMemory& m) { m.reserved3 = 1; }, Status::INVALID_FIELD},
      {"no cores", [](SpuMemory& m) { m.cores = 0; }, Status::INVALID_FIELD},
      {"no words", [](SpuMemory& m) { m.words = 0; }, Status::INVALID_FIELD},
      {"clear", [](SpuMemory& m) { m.clear = 1; }, Status::INVALID_FIELD},
      {"both addresses", [](SpuMemory& m) { m.source = m.destination = 8; }, Status::INVALID_FIELD},
      {"all cores", [](SpuMemory& m) { m.cores = 4; }, Status::OK},
      {"last core", [](SpuMemory& m) { m.core = 3; }, Status::OK},
      {"one core too many", [](SpuMemory& m) { m.core = 1, m.cores = 4; }, Status::INVALID_REGION},
      {"cores and the input/output unit", [](SpuMemory& m) { m.region = SpuRegion::FANOUT, m.cores = 5; },
       Status::INVALID_REGION},
      {"two units from the input/output unit on",
       [](SpuMemory& m) { m.region = SpuRegion::FANOUT, m.core = 4, m.cores = 2; }, Status::INVALID_REGION},
      {"the input/output unit", [](SpuMemory& m) { m.region = SpuRegion::FANOUT, m.core = 4, m.words = 128; },
       Status::OK},
      {"a region it has not", [](SpuMemory& m) { m.core = 4; }, Status::INVALID_REGION},
      {"no such core", [](SpuMemory& m) { m.core = 5; }, Status::INVALID_REGION},
      {"a reserved region", [](SpuMemory& m) { m.region = SpuRegion::TRACE; }, Status::INVALID_REGION},
      {"no such region", [](SpuMemory& m) { m.region = static_cast<SpuRegion>(200); },
       Status::INVALID_REGION},
      {"all words", [](SpuMemory& m) { m.words = 128; }, Status::OK},
      {"one word too many", [](SpuMemory& m) { m.word = 1, m.words = 128; }, Status::INVALID_REGION},
      {"a sum that would wrap", [](SpuMemory& m) { m.word = 0xFFFF'FFFF; }, Status::INVALID_REGION},
      {"field before region", [](SpuMemory& m) { m.word = 0xFFFF'FFFF, m.reserved3 = 1; },
       Status::INVALID_FIELD}};
  expect_each(write(), both);
  expect_each(read(), both);
  expect_each<SpuMemory>(
      write(),
      {{"counters", [](SpuMemory& m) { m.region = SpuRegion::COUNTER; }, Status::INVALID_REGION},
       {"address", [](SpuMemory& m) { m.source = 4; }, Status::INVALID_ADDRESS},
       {"region before address", [](SpuMemory& m) { m.source = 4, m.core = 9; }, Status::INVALID_REGION}});
  expect_each<SpuMemory>(read(),
                         {{"counters", [](SpuMemory& m) { m.region = SpuRegion::COUNTER; }, Status::OK},
                          {"address", [](SpuMemory& m) { m.destination = 4; }, Status::INVALID_ADDRESS}});
}

TEST(SpuCommandCheck, JudgesClears) {
  expect_each<SpuMemory>(
      clear(), {{"nothing", [](SpuMemory& m) { m.clear = 0; }, Status::INVALID_FIELD},
                {"unknown", [](SpuMemory& m) { m.clear = 4; }, Status::INVALID_FIELD},
                {"strict", [](SpuMemory& m) { m.flags = abi::SUBMIT_STRICT; }, Status::INVALID_FIELD},
                {"source", [](SpuMemory& m) { m.source = 8; }, Status::INVALID_FIELD},
                {"destination", [](SpuMemory& m) { m.destination = 8; }, Status::INVALID_FIELD},
                {"core", [](SpuMemory& m) { m.core = 1; }, Status::INVALID_FIELD},
                {"cores", [](SpuMemory& m) { m.cores = 1; }, Status::INVALID_FIELD},
                {"region", [](SpuMemory& m) { m.region = SpuRegion::AXON; }, Status::INVALID_FIELD},
                {"word", [](SpuMemory& m) { m.word = 1; }, Status::INVALID_FIELD},
                {"words", [](SpuMemory& m) { m.words = 1; }, Status::INVALID_FIELD}});
}

TEST(SpuCommandCheck, JudgesRuns) {
  expect_each<SpuRun>(
      run(),
      {{"strict", [](SpuRun& r) { r.flags = 3; }, Status::OK},
       {"unknown flag", [](SpuRun& r) { r.flags = 4; }, Status::INVALID_FIELD},
       {"controls", [](SpuRun& r) { r.control = 3, r.trace = 8; }, Status::OK},
       {"trace at 0", [](SpuRun& r) { r.control = 2; }, Status::OK},
       {"unknown control", [](SpuRun& r) { r.control = 4; }, Status::INVALID_FIELD},
       {"reserved", [](SpuRun& r) { r.reserved = 1; }, Status::INVALID_FIELD},
       {"no steps", [](SpuRun& r) { r.steps = 0; }, Status::INVALID_FIELD},
       {"most steps", [](SpuRun& r) { r.steps = 0xFFFF'FFFF, r.step = 7, r.epoch = 3; }, Status::OK},
       {"unknown record", [](SpuRun& r) { r.record = static_cast<SpuRecord>(4); }, Status::INVALID_FIELD},
       {"destination", [](SpuRun& r) { r.destination = 8; }, Status::INVALID_FIELD},
       {"period", [](SpuRun& r) { r.period = 1; }, Status::INVALID_FIELD},
       {"outputs", [](SpuRun& r) { r.outputs = 1; }, Status::INVALID_FIELD},
       {"probe core", [](SpuRun& r) { r.probe_core = 1; }, Status::INVALID_FIELD},
       {"probe neuron", [](SpuRun& r) { r.probe_neuron = 1; }, Status::INVALID_FIELD},
       {"probe neurons", [](SpuRun& r) { r.probe_neurons = 1; }, Status::INVALID_FIELD},
       {"trace without tracing", [](SpuRun& r) { r.trace = 8; }, Status::INVALID_FIELD},
       {"source without words", [](SpuRun& r) { r.source = 8; }, Status::INVALID_FIELD},
       {"words at 0", [](SpuRun& r) { r.source_words = 8; }, Status::OK},
       {"source address", [](SpuRun& r) { r.source_words = 8, r.source = 4; }, Status::INVALID_ADDRESS},
       {"trace address", [](SpuRun& r) { r.control = 2, r.trace = 4; }, Status::INVALID_ADDRESS}});
  for (const SpuRecord record : {SpuRecord::BITS, SpuRecord::I32}) {
    expect_each<SpuRun>(run(record),
                        {{"no outputs", [](SpuRun& r) { r.outputs = 0; }, Status::INVALID_FIELD},
                         {"too many", [](SpuRun& r) { r.outputs = 65; }, Status::INVALID_FIELD},
                         {"no period", [](SpuRun& r) { r.period = 0; }, Status::INVALID_FIELD},
                         {"probe", [](SpuRun& r) { r.probe_neurons = 1; }, Status::INVALID_FIELD},
                         {"address", [](SpuRun& r) { r.destination = 12; }, Status::INVALID_ADDRESS}});
  }
  expect_each<SpuRun>(run(SpuRecord::STATES),
                      {{"outputs", [](SpuRun& r) { r.outputs = 1; }, Status::INVALID_FIELD},
                       {"no neurons", [](SpuRun& r) { r.probe_neurons = 0; }, Status::INVALID_FIELD},
                       {"no period", [](SpuRun& r) { r.period = 0; }, Status::INVALID_FIELD},
                       {"last core", [](SpuRun& r) { r.probe_core = 3; }, Status::OK},
                       {"no such core", [](SpuRun& r) { r.probe_core = 4; }, Status::INVALID_REGION},
                       {"beyond its neurons", [](SpuRun& r) { r.probe_neuron = 1; }, Status::INVALID_REGION},
                       {"region before address", [](SpuRun& r) { r.probe_core = 4, r.destination = 4; },
                        Status::INVALID_REGION},
                       {"address", [](SpuRun& r) { r.destination = 4; }, Status::INVALID_ADDRESS}});
}

}  // namespace
}  // namespace photic::kernels::spu
