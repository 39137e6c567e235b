#include "gateway/base/json_reader.h"

#include <cstring>

#include "gateway/base/strings.h"
#include "gateway/base/utf8.h"

#if defined(__SSE2__)
#define RAPIDJSON_SSE2
#endif
#define RAPIDJSON_HAS_STDSTRING 0
#include <rapidjson/error/error.h>
#include <rapidjson/reader.h>

namespace kgw::json {
namespace internal {
namespace {

// The parser looks ahead in aligned blocks of 16 bytes.
constexpr size_t kPadding = 32;
constexpr unsigned kFlags = rapidjson::kParseInsituFlag | rapidjson::kParseIterativeFlag |
                            rapidjson::kParseNumbersAsStringsFlag;

// Turns RapidJSON's events into ours, with offsets, and stops at the depth limit. In place parsing
// keeps text positions, so a token's place is known from the stream or from its pointer.
class Adapter {
 public:
  Adapter(const char* base, const rapidjson::InsituStringStream& stream, EventHandler& handler,
          int max_depth, bool check_escapes)
      : base_(base),
        stream_(stream),
        handler_(handler),
        max_depth_(max_depth),
        check_escapes_(check_escapes) {}

  bool Null() { return handler_.Null(Here() - 4); }
  bool Bool(bool value) { return handler_.Bool(value, Here() - (value ? 4 : 5)); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
    return handler_.Number({text, size}, OffsetOf(text));
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    return Encoded(text, size) && handler_.String({text, size}, OffsetOf(text) - 1);
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    return Encoded(text, size) && handler_.Key({text, size}, OffsetOf(text) - 1);
  }
  bool StartObject() { return Enter() && handler_.StartObject(Here()); }
  bool EndObject(rapidjson::SizeType) { return --depth_, handler_.EndObject(); }
  bool StartArray() { return Enter() && handler_.StartArray(Here()); }
  bool EndArray(rapidjson::SizeType) { return --depth_, handler_.EndArray(); }

  // Never called: numbers stay text.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(int64_t) { return false; }
  bool Uint64(uint64_t) { return false; }
  bool Double(double) { return false; }

  bool too_deep() const { return depth_ > max_depth_; }
  bool bad_escape() const { return bad_escape_; }

 private:
  size_t Here() const { return static_cast<size_t>(stream_.src_ - stream_.head_); }
  size_t OffsetOf(const char* text) const { return static_cast<size_t>(text - base_); }
  bool Enter() { return ++depth_ <= max_depth_; }

  // RapidJSON lets a lone low surrogate (\uDC00) pass, which leaves bytes that are not UTF-8.
  bool Encoded(const char* text, size_t size) {
    if (!check_escapes_ || IsValidUtf8({text, size})) return true;
    bad_escape_ = true;
    return false;
  }

  const char* base_;
  const rapidjson::InsituStringStream& stream_;
  EventHandler& handler_;
  const int max_depth_;
  const bool check_escapes_;
  int depth_ = 0;
  bool bad_escape_ = false;
};

const char* Expected(rapidjson::ParseErrorCode code) {
  switch (code) {
    case rapidjson::kParseErrorDocumentEmpty:
      return "the text is empty; a JSON value is expected";
    case rapidjson::kParseErrorDocumentRootNotSingular:
      return "only white space may follow the value";
    case rapidjson::kParseErrorObjectMissName:
      return "a member name in quotes is expected";
    case rapidjson::kParseErrorObjectMissColon:
      return "a colon is expected after a member name";
    case rapidjson::kParseErrorObjectMissCommaOrCurlyBracket:
      return "a comma or } is expected";
    case rapidjson::kParseErrorArrayMissCommaOrSquareBracket:
      return "a comma or ] is expected";
    case rapidjson::kParseErrorStringUnicodeEscapeInvalidHex:
      return "four hexadecimal digits are expected after \\u";
    case rapidjson::kParseErrorStringUnicodeSurrogateInvalid:
      return "the two halves of a \\u surrogate pair are expected together";
    case rapidjson::kParseErrorStringEscapeInvalid:
      return "inside a string, control characters must be escaped and a backslash must begin one "
             "of "
             "JSON's escapes";
    case rapidjson::kParseErrorStringMissQuotationMark:
      return "the string has no closing quote";
    case rapidjson::kParseErrorNumberTooBig:
      return "the number is beyond 1e308";
    case rapidjson::kParseErrorNumberMissFraction:
      return "digits are expected after the decimal point";
    case rapidjson::kParseErrorNumberMissExponent:
      return "digits are expected in the exponent";
    default:
      return "a JSON value is expected";
  }
}

absl::Status Malformed(size_t offset, std::string_view expected) {
  return absl::InvalidArgumentError(StrCat("JSON at byte ", offset, ": ", expected));
}

}  // namespace

absl::StatusOr<Buffer> MakeBuffer(std::string_view text, const Limits& limits) {
  if (text.size() > limits.max_bytes) {
    return absl::InvalidArgumentError(
        StrCat("JSON of ", text.size(), " bytes; at most ", limits.max_bytes, " are accepted"));
  }
  if (const size_t bad = FindInvalidUtf8(text); bad != std::string_view::npos) {
    return Malformed(bad, "the byte is not valid UTF-8");
  }
  // RapidJSON takes a zero byte for the end of the text.
  if (const void* zero = text.empty() ? nullptr : std::memchr(text.data(), 0, text.size())) {
    return Malformed(static_cast<size_t>(static_cast<const char*>(zero) - text.data()),
                     "a zero byte is not allowed");
  }
  Buffer buffer;
  buffer.size = text.size();
  buffer.bytes.reset(new char[text.size() + kPadding]);
  if (!text.empty()) std::memcpy(buffer.bytes.get(), text.data(), text.size());
  std::memset(buffer.bytes.get() + text.size(), 0, kPadding);
  return buffer;
}

absl::Status ParseBuffer(Buffer& buffer, EventHandler& handler, const Limits& limits) {
  const bool has_unicode_escape =
      std::string_view(buffer.bytes.get(), buffer.size).find("\\u") != std::string_view::npos;
  rapidjson::InsituStringStream stream(buffer.bytes.get());
  Adapter adapter(buffer.bytes.get(), stream, handler, limits.max_depth, has_unicode_escape);
  rapidjson::Reader reader;
  if (reader.Parse<kFlags>(stream, adapter)) return absl::OkStatus();
  const size_t offset = reader.GetErrorOffset();
  if (adapter.too_deep()) {
    return Malformed(offset, StrCat("nested deeper than ", limits.max_depth, " levels"));
  }
  if (adapter.bad_escape()) {
    return Malformed(offset, Expected(rapidjson::kParseErrorStringUnicodeSurrogateInvalid));
  }
  if (reader.GetParseErrorCode() == rapidjson::kParseErrorTermination) {
    return absl::CancelledError("the reader of the JSON text stopped early");
  }
  return Malformed(offset, Expected(reader.GetParseErrorCode()));
}

}  // namespace internal

absl::Status ParseEvents(std::string_view text, EventHandler& handler, const Limits& limits) {
  absl::StatusOr<internal::Buffer> buffer = internal::MakeBuffer(text, limits);
  if (!buffer.ok()) return buffer.status();
  return internal::ParseBuffer(*buffer, handler, limits);
}

}  // namespace kgw::json
