// SPDX-License-Identifier: Apache-2.0
// photic data list | verify | fetch.
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "host/data/data_error.h"
#include "host/data/dataset.h"
#include "host/data/fetch.h"
#include "tools/photic/command.h"
#include "tools/photic/exit_code.h"

namespace photic::tools {
namespace {

struct Options {
  std::string name;
  bool json = false;
};

void print(const nlohmann::json& object) {
  std::printf("%s\n", object.dump().c_str());
}

void list(const Options& options) {
  for (const host::DatasetInfo& info : host::datasets()) {
    const std::string folder = host::locate(info).string();
    if (options.json) {
      print({{"name", info.name},
             {"title", info.title},
             {"origin", info.origin},
             {"licence", info.licence},
             {"folder", folder.empty() ? nlohmann::json(nullptr) : nlohmann::json(folder)}});
      continue;
    }
    std::printf("%s\n  %s\n  origin:  %s\n  licence: %s\n  %s%s\n", info.name.data(), info.title.data(),
                info.origin.data(), info.licence.data(), folder.empty() ? "missing: " : "found in ",
                folder.empty() ? info.install_hint.data() : folder.c_str());
  }
}

void verify(const Options& options) {
  for (const host::DatasetInfo& info : host::datasets()) {
    const bool wanted = options.name == info.name;
    if (!options.name.empty() && !wanted) {
      continue;
    }
    // Without a name only what is there is checked; a named set must be there.
    if (!wanted && host::locate(info).empty()) {
      continue;
    }
    const host::Dataset set = host::load_dataset(info);
    if (options.json) {
      print({{"name", info.name},
             {"train", set.train.count()},
             {"test", set.test.count()},
             {"verified", true}});
    } else {
      std::printf("%s: %zu training and %zu test images, checksums right\n", info.name.data(),
                  set.train.count(), set.test.count());
    }
  }
}

void fetch(const Options& options) {
  const std::string folder = host::fetch_dataset(host::find_dataset(options.name)).string();
  if (options.json) {
    print({{"name", options.name}, {"folder", folder}});
  } else {
    std::printf("%s: fetched and verified, in %s\n", options.name.c_str(), folder.c_str());
  }
}

}  // namespace

void add_data_command(CLI::App& photic, int& exit_code) {
  CLI::App* data = photic.add_subcommand("data", "Data sets: what is known, what is here, get it");
  data->require_subcommand(1);
  const auto options = std::make_shared<Options>();
  const auto add = [&](const char* name, const char* help, void (*run)(const Options&)) {
    CLI::App* command = data->add_subcommand(name, help);
    command->add_flag("--json", options->json, "One JSON object a line");
    command->callback([options, run, &exit_code] {
      run(*options);
      exit_code = kSuccess;
    });
    return command;
  };
  add("list", "Every known data set and where it was found", list);
  CLI::App* check = add("verify", "Compare the files with the registry's checksums", [](const Options& o) {
    if (!o.name.empty()) {
      host::find_dataset(o.name);
    }
    verify(o);
  });
  check->add_option("name", options->name, "Data set; default: all that are here");
  add("fetch", "Fetch a data set into the cache", fetch)
      ->add_option("name", options->name, "Data set")
      ->required();
}

}  // namespace photic::tools
