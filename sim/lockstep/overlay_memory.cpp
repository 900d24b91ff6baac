// SPDX-License-Identifier: Apache-2.0
// Copy-on-write pages and the log that commits them.
#include "sim/lockstep/overlay_memory.h"

#include <algorithm>

namespace photic::lockstep {
namespace {

size_t word_in_page(uint64_t address) {
  return address % OverlayMemory::kPageBytes / 8;
}

}  // namespace

bool OverlayMemory::read(uint64_t address, uint64_t* words, size_t count) {
  if (!below_.read(address, words, count)) {
    return false;
  }
  for (size_t i = 0; i < count && !pages_.empty(); ++i) {
    const uint64_t at = address + 8 * i;
    const auto page = pages_.find(at / kPageBytes);
    if (page != pages_.end() && page->second.written[word_in_page(at)]) {
      words[i] = page->second.words[word_in_page(at)];
    }
  }
  return true;
}

// A port says whether it takes a write only by taking it, so its own content is written back to it.
bool OverlayMemory::accepts_write(uint64_t address, size_t count) {
  std::vector<uint64_t> content(count);
  return below_.read(address, content.data(), count) && below_.write(address, content.data(), count);
}

bool OverlayMemory::write(uint64_t address, const uint64_t* words, size_t count) {
  if (!accepts_write(address, count)) {
    return false;
  }
  for (size_t i = 0; i < count; ++i) {
    const uint64_t at = address + 8 * i;
    Page& page = pages_[at / kPageBytes];
    page.words[word_in_page(at)] = words[i];
    page.written.set(word_in_page(at));
  }
  log_.push_back({address, data_.size(), count});
  data_.insert(data_.end(), words, words + count);
  return true;
}

void OverlayMemory::commit() {
  for (const Write& write : log_) {
    below_.write(write.address, data_.data() + write.first, write.count);
  }
  discard();
}

void OverlayMemory::discard() {
  log_.clear();
  data_.clear();
  pages_.clear();
}

std::optional<WordDifference> MemoryComparison::compare(const OverlayMemory& first,
                                                        const OverlayMemory& second, const Ignored& ignored) {
  static const OverlayMemory::Page kUntouched;
  std::optional<WordDifference> found;
  const auto compare_pages = [&](uint64_t number, const OverlayMemory::Page& a,
                                 const OverlayMemory::Page& b) {
    if (a.written == b.written && a.words == b.words) {
      return;
    }
    for (size_t word = 0; word < a.words.size(); ++word) {
      const bool equal =
          a.written[word] == b.written[word] && (!a.written[word] || a.words[word] == b.words[word]);
      const uint64_t address = number * OverlayMemory::kPageBytes + 8 * word;
      if (equal || ignored(address)) {
        continue;
      }
      if (!found) {
        found = {address, a.written[word] ? std::optional(a.words[word]) : std::nullopt,
                 b.written[word] ? std::optional(b.words[word]) : std::nullopt, 0};
      }
      ++found->words_in_all;
    }
  };
  auto a = first.pages_.begin();
  auto b = second.pages_.begin();
  while (a != first.pages_.end() || b != second.pages_.end()) {
    if (b == second.pages_.end() || (a != first.pages_.end() && a->first < b->first)) {
      compare_pages(a->first, a->second, kUntouched);
      ++a;
    } else if (a == first.pages_.end() || b->first < a->first) {
      compare_pages(b->first, kUntouched, b->second);
      ++b;
    } else {
      compare_pages(a->first, a->second, b->second);
      ++a;
      ++b;
    }
  }
  return found;
}

}  // namespace photic::lockstep
