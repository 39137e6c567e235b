// Concepts, data types and extensions: the values that resources are made of.
#include "mapping.h"
#include "plugins/common/text.h"

namespace kgw::kap {

void Mapping::CodingOf(std::string_view key, std::string_view enum_name) {
  const auto codes = CodesOf(enum_name);
  if (!codes.empty()) Coding(key, codes.front());
}

void Mapping::Concept(std::string_view key, Code code, std::string_view text) {
  key.empty() ? out_.Begin() : out_.Begin(key);
  out_.BeginList("coding");
  Coding(code);
  out_.EndList();
  out_.TextIf("text", text);
  out_.End();
}

void Mapping::Concept(std::string_view key, Code first, Code second, std::string_view text) {
  key.empty() ? out_.Begin() : out_.Begin(key);
  out_.BeginList("coding");
  Coding(first);
  Coding(second);
  out_.EndList();
  out_.TextIf("text", text);
  out_.End();
}

void Mapping::ConceptOf(std::string_view key, std::string_view enum_name, std::string_view text) {
  const auto codes = CodesOf(enum_name);
  if (codes.empty() && text.empty()) return;
  key.empty() ? out_.Begin() : out_.Begin(key);
  if (!codes.empty()) {
    out_.BeginList("coding");
    for (const Code code : codes) Coding(code);
    out_.EndList();
  }
  out_.TextIf("text", text);
  out_.End();
}

void Mapping::ConceptText(std::string_view key, std::string_view text) {
  key.empty() ? out_.Begin() : out_.Begin(key);
  out_.Text("text", text);
  out_.End();
}

void Mapping::BareCoding(std::string_view system, std::string_view code) {
  out_.Begin();
  out_.Plain("system", system);
  out_.Text("code", code);
  out_.End();
}

void Mapping::PeriodOf(std::string_view key, Node period) {
  PeriodOf(key, period.text("start"), period.text("end"));
}

void Mapping::PeriodOf(std::string_view key, std::string_view start, std::string_view end) {
  if (start.empty() && end.empty()) return;
  out_.Begin(key);
  out_.TextIf("start", start);
  out_.TextIf("end", end);
  out_.End();
}

void Mapping::Decimal(std::string_view key, std::string_view text) {
  // JSON allows no zero before another digit.
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  while (text.size() > 1 && text[0] == '0' && text[1] != '.') text.remove_prefix(1);
  out_.Key(key);
  if (negative) workspace_.body += '-';
  if (text.empty() || text[0] == '.') workspace_.body += '0';
  for (const char c : text) {
    if ((c >= '0' && c <= '9') || c == '.') workspace_.body += c;
  }
}

void Mapping::Quantity(std::string_view key, std::string_view value, std::string_view unit,
                       std::string_view ucum) {
  out_.Begin(key);
  Decimal("value", value);
  out_.Plain("unit", unit);
  out_.Plain("system", "http://unitsofmeasure.org");
  out_.Plain("code", ucum);
  out_.End();
}

void Mapping::Quantity(std::string_view key, int64_t value, std::string_view unit,
                       std::string_view ucum) {
  out_.Begin(key);
  out_.Number("value", value);
  out_.Plain("unit", unit);
  out_.Plain("system", "http://unitsofmeasure.org");
  out_.Plain("code", ucum);
  out_.End();
}

void Mapping::Note(std::string_view text) {
  if (text.empty()) return;
  out_.BeginList("note");
  out_.Begin();
  out_.Text("text", text);
  out_.End();
  out_.EndList();
}

void Mapping::BeginExtension(std::string_view name) {
  out_.Begin();
  Address("url", "/StructureDefinition/", name);
}

void Mapping::Canonical(std::string_view key, std::string_view type, std::string_view name,
                        std::string_view version) {
  out_.OpenText(key);
  std::string& body = workspace_.body;
  body += settings_.canonical_base;
  body += '/';
  body += type;
  body += '/';
  body += name;
  if (!version.empty()) {
    body += '|';
    common::AppendPercentEncoded(body, version);
  }
  out_.CloseText();
}

void Mapping::Address(std::string_view key, std::string_view path, std::string_view encoded) {
  out_.OpenText(key);
  workspace_.body += settings_.canonical_base;
  workspace_.body += path;
  workspace_.body += encoded;
  out_.CloseText();
}

}  // namespace kgw::kap
