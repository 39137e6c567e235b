#include "gateway/ctl/completion.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "gateway/base/strings.h"

namespace kgw::ctl {
namespace {

// The parts of the script's case statements, collected over all commands. A command is written
// "/delivery/retry"; the program itself is "".
struct Branches {
  std::string commands;  // which words lead deeper
  std::string words;     // what may stand next
  std::string sets;      // which values may follow an option
  std::string open;      // options that any value may follow
};

// "held dead" out of a type name such as "TEXT:{held,dead}", as CLI11 writes a fixed set; empty
// when any value may stand.
std::string FixedSet(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const size_t begin = type.find('{');
  const size_t end = type.find('}');
  if (begin == std::string::npos || end == std::string::npos) return "";
  std::string set = type.substr(begin + 1, end - begin - 1);
  std::replace(set.begin(), set.end(), ',', ' ');
  return set;
}

void Collect(const CLI::App& app, const std::string& command, const std::string& inherited,
             Branches* branches) {
  std::string options = inherited;
  std::string words;
  for (const CLI::Option* option : app.get_options()) {
    const std::string set = FixedSet(*option);
    if (option->get_positional()) words += " " + set;
    for (const std::string& name : option->get_lnames()) {
      if (name == "help" && !command.empty()) continue;  // inherited
      options += " --" + name;
      if (option->get_items_expected_max() == 0) continue;
      // Options of the program itself may follow any command.
      const std::string where = StrCat(command.empty() ? "*" : command, "' --", name, "'");
      if (set.empty()) {
        branches->open += (branches->open.empty() ? "" : "|") + where;
      } else {
        branches->sets += StrCat("    ", where, ") words='", set, "' ;;\n");
      }
    }
  }
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    words += " " + sub->get_name();
    const std::string deeper = command + "/" + sub->get_name();
    branches->commands += (branches->commands.empty() ? "" : "|") + deeper;
    Collect(*sub, deeper, command.empty() ? options : inherited, branches);
  }
  branches->words += StrCat("    '", command, "') words='", words, options, "' ;;\n");
}

}  // namespace

std::string CompletionScript(const CLI::App& app, std::string_view shell) {
  Branches branches;
  Collect(app, "", "", &branches);
  const std::string& name = app.get_name();
  std::string script;
  if (shell == "zsh") {
    script = StrCat("#compdef ", name, "\nautoload -U +X bashcompinit && bashcompinit\n");
  }
  return StrCat(script, "_", name, R"(() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command='' words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$command/${COMP_WORDS[i]}" in
      )",
                branches.commands, R"() command=$command/${COMP_WORDS[i]} ;;
    esac
  done
  case "$command" in
)",
                branches.words, R"(  esac
  case "$command $before" in
)",
                branches.sets, "    ", branches.open, R"() words='' ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _)",
                name, " ", name, "\n");
}

}  // namespace kgw::ctl
