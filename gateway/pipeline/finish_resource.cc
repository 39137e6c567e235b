#include "gateway/pipeline/finish_resource.h"

#include "absl/status/status.h"
#include "gateway/base/json.h"
#include "gateway/base/strings.h"

namespace kgw::pipeline {
namespace {

constexpr std::string_view kMetaStart = R"("meta":{)";

// `meta` may be null or anything else that a mapper wrote; its other members stay as they are.
void WriteMeta(json::Writer& out, const json::Value& meta, std::string_view codings) {
  const auto write_security = [&] {
    out.Key("security");
    out.StartArray();
    for (const json::Value& coding : meta.Find("security")) out.Tree(coding);
    if (!codings.empty()) out.Raw(codings);
    out.EndArray();
  };
  out.StartObject();
  for (const json::Member* member = meta.members_begin(); member != meta.members_end(); ++member) {
    if (member->name == "security") {
      write_security();
    } else {
      out.Key(member->name);
      out.Tree(member->value);
    }
  }
  if (!meta.Has("security")) write_security();
  out.EndObject();
}

// Sets the labels whatever the mapper put into meta and wherever.
absl::StatusOr<std::string> LabelInTree(std::string_view resource, std::string_view codings) {
  const auto document = json::Document::Parse(resource);
  if (!document.ok()) return document.status();
  const json::Value& root = document->root();
  std::string text;
  json::Writer out(&text);
  out.StartObject();
  for (const json::Member* member = root.members_begin(); member != root.members_end(); ++member) {
    out.Key(member->name);
    member->name == "meta" ? WriteMeta(out, member->value, codings) : out.Tree(member->value);
  }
  if (!root.Has("meta")) {
    out.Key("meta");
    WriteMeta(out, json::Value(), codings);
  }
  out.EndObject();
  return text;
}

bool Holds(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

// Whether the labels can be written at the front of a meta that stands first, or in a new meta.
bool CanSplice(std::string_view mapped, size_t head, const fhir::ResourceSpans& spans) {
  if (!spans.meta.has_value()) return true;
  const std::string_view rest = mapped.substr(head);
  return *spans.meta == head && !spans.has_security && rest.starts_with(kMetaStart) &&
         rest.substr(kMetaStart.size()).starts_with('"');
}

// Contained, or named by a URI.
bool PointsOutside(std::string_view reference) {
  return reference.starts_with('#') || reference.find(':') != reference.npos;
}

void AppendHead(std::string* out, std::string_view head, std::string_view id,
                std::string_view codings, bool meta_first) {
  StrAppend(out, head, R"("id":")", id, R"(",)", kMetaStart, R"("security":[)", codings, "]",
            meta_first ? "," : "},");
}

}  // namespace

absl::StatusOr<std::string> FinishResource(std::string_view mapped, std::string_view type,
                                           std::string_view id, std::string_view security_codings,
                                           const fhir::ResourceSpans& spans,
                                           ReferenceResolver& resolver) {
  const std::string head = StrCat(R"({"resourceType":")", type, R"(",)");
  if (!mapped.starts_with(head)) {
    return absl::InvalidArgumentError(
        StrCat("a mapped resource must begin with ", head, " and go on without white space"));
  }
  if (spans.has_id) {
    return absl::InvalidArgumentError("a mapped resource has an id of its own: ids are the host's");
  }
  const bool splice = CanSplice(mapped, head.size(), spans);
  std::string out;
  out.reserve(mapped.size() + 512);
  size_t copied = head.size();
  if (splice) {
    const bool meta_first = spans.meta.has_value();
    AppendHead(&out, head, id, security_codings, meta_first);
    if (meta_first) copied += kMetaStart.size();
  } else {
    StrAppend(&out, head, R"("id":")", id, R"(",)");
  }
  for (const fhir::ReferenceSpan& span : spans.references) {
    const std::string_view reference = mapped.substr(span.offset, span.size);
    if (Holds(reference, R"(\u)")) {
      return absl::InvalidArgumentError("a mapped resource has a reference written with escapes");
    }
    const absl::StatusOr<std::string_view> resolved = resolver.Resolve(reference);
    if (!resolved.ok()) return resolved.status();
    if (resolved->empty()) {
      if (PointsOutside(reference)) continue;
      return absl::InvalidArgumentError(
          "a mapped resource has a literal reference such as Patient/1, which means another "
          "resource at each destination: write kgw:self/ROLE or kgw:record/TYPE/ID/ROLE");
    }
    out.append(mapped, copied, span.offset - copied);
    out.append(*resolved);
    copied = span.offset + span.size;
  }
  out.append(mapped.substr(copied));
  return splice ? out : LabelInTree(out, security_codings);
}

}  // namespace kgw::pipeline
