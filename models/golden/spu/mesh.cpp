// SPDX-License-Identifier: Apache-2.0
// Units, sweeps and hop counts.
#include "models/golden/spu/mesh.h"

#include <algorithm>

namespace photic::golden {

using abi::SpuCounter;
using kernels::spu::kBlockNeurons;
using kernels::spu::kOverrun;

namespace {

constexpr uint32_t kRowMost = 2048;  // synapses an extent or count can name, rounded up to whole words

}  // namespace

SpuMesh::SpuMesh(const abi::SpuPreset& preset)
    : preset_(preset),
      loops_(kernels::spu::kernels_for(kernels::spu::Simd::Best)),
      unpacked_(kRowMost + kOverrun),
      signature_words_(preset.neurons + kBlockNeurons),
      row_hops_(size_t{preset.mesh_rows} * (preset.mesh_cols + 1)),
      column_hops_(size_t{preset.mesh_cols} * (preset.mesh_rows + 1)) {
  units_.reserve(preset.cores() + 1);
  for (uint32_t number = 0; number <= preset.cores(); ++number) {
    units_.emplace_back(preset_, number);
  }
  emitted_.packets.resize(size_t{preset.cores()} * preset.neurons + kBlockNeurons);
  emitted_.ends.resize(preset.cores());
}

void SpuMesh::reset() {
  for (SpuUnit& unit : units_) {
    unit.write(abi::SpuRegion::CONFIG, 0, 0);
  }
  clear_counters();
  forget();
}

void SpuMesh::clear_neurons() {
  for (SpuUnit& core : cores()) {
    core.clear_neurons();
  }
}

void SpuMesh::clear_counters() {
  for (SpuUnit& unit : units_) {
    unit.counters.fill(0);
  }
  std::fill(row_hops_.begin(), row_hops_.end(), 0);
  std::fill(column_hops_.begin(), column_hops_.end(), 0);
}

void SpuMesh::forget() {
  link_fault_.reset();
  saturated_ = false;
}

void SpuMesh::count_saturations(SpuUnit& core, uint32_t count) {
  core.counter(SpuCounter::SATURATIONS) += count;
  saturated_ = saturated_ || count != 0;
}

void SpuMesh::settle_hops() {
  for (SpuUnit& core : cores()) {
    const auto x = static_cast<uint32_t>(core.place.x);
    const auto y = static_cast<uint32_t>(core.place.y);
    uint64_t* const along_row = &row_hops_[y * (preset_.mesh_cols + 1) + x];
    uint64_t* const along_column = &column_hops_[x * (preset_.mesh_rows + 1) + y];
    core.counter(SpuCounter::HOPS) += along_row[0] + along_column[0];
    along_row[1] += along_row[0];
    along_column[1] += along_column[0];
    along_row[0] = 0;
    along_column[0] = 0;
  }
  // What is carried over the end is the number of ways that ended there less the same: 0.
}

void SpuMesh::sweep(SpuUnit& core, uint32_t step, uint32_t seed) {
  const uint32_t n = core.size.neurons;
  const kernels::spu::RandomKey key{.seed = seed, .core = core.place.number, .step = step};
  const auto result =
      loops_.sweep(core.blocks.data(), n, core.stochastic, key, core.slot(step % preset_.slots),
                   signature_words_.data(), emitted_.packets.data() + emitted_count_);
  emitted_count_ += result.emissions;
  emitted_.ends[core.place.number] = emitted_count_;
  uint64_t& signature = core.counter(SpuCounter::SIGNATURE);
  signature =
      kernels::spu::fold_signature(static_cast<uint32_t>(signature), std::span(signature_words_).first(n));
  core.counter(SpuCounter::UPDATES) += n;
  core.counter(SpuCounter::SPIKES) += result.spikes;
  count_saturations(core, result.saturations);
}

}  // namespace photic::golden
