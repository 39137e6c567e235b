#include <gtest/gtest.h>

#include <limits>

#include "gateway/base/json.h"
#include "gateway/base/strings.h"
#include "tests/support/json_text.h"

namespace kgw::json {
namespace {

Document Parsed(std::string_view text) {
  absl::StatusOr<Document> document = Document::Parse(text);
  EXPECT_TRUE(document.ok()) << document.status();
  return *std::move(document);
}

TEST(Value, ReadsWhatIsThereAndAnswersNullOtherwise) {
  const Document document = Parsed(R"({"a":[1,"two",true],"n":null,"o":{"x":"y"}})");
  const Value& root = document.root();
  EXPECT_EQ(root.size(), 3u);
  EXPECT_EQ(root.Find("a").size(), 3u);
  EXPECT_EQ(root.Find("a")[0].text(), "1");
  EXPECT_EQ(root.Find("a")[1].text(), "two");
  EXPECT_TRUE(root.Find("a")[2].boolean());
  EXPECT_TRUE(root.Find("a")[3].is_null());
  EXPECT_TRUE(root.Find("missing").is_null());
  EXPECT_TRUE(root.Find("a").Find("x").is_null());
  EXPECT_TRUE(root.Find("n").is_null());
  EXPECT_TRUE(root.Has("n"));
  EXPECT_FALSE(root.Has("missing"));
  EXPECT_EQ(root.Find("o").TextOf("x"), "y");
  EXPECT_EQ(root.TextOf("o"), "");
}

TEST(Value, WholeNumbersOnly) {
  const Document document =
      Parsed(R"([9223372036854775807,"-5",1.0,1e3,9223372036854775808,"","x",true])");
  const Value& root = document.root();
  EXPECT_EQ(root[0].AsInt64().value_or(0), std::numeric_limits<int64_t>::max());
  EXPECT_EQ(root[1].AsInt64().value_or(0), -5);
  for (size_t i = 2; i < root.size(); ++i) EXPECT_FALSE(root[i].AsInt64().ok()) << i;
}

TEST(Document, WritesBackWhatItRead) {
  for (const char* text :
       {R"({"z":1.50,"a":[],"m":{},"e":"\"\\\b\f\n\r\t\u0001\u001f/é"})", "[[[[1],2],3],null]",
        R"("")", "0.000", "-12.30E+5", "[true,false,null]"}) {
    EXPECT_EQ(ToText(Parsed(text).root()), text);
  }
}

TEST(Writer, PlacesCommas) {
  std::string text;
  Writer writer(&text);
  writer.StartObject();
  writer.Field("a", "x");
  writer.Key("b");
  writer.StartArray();
  writer.Integer(std::numeric_limits<int64_t>::min());
  writer.Raw("{}");
  writer.Null();
  writer.StartObject();
  writer.EndObject();
  writer.Bool(false);
  writer.EndArray();
  writer.Key("c");
  writer.Number("1.50");
  writer.EndObject();
  EXPECT_EQ(text, R"({"a":"x","b":[-9223372036854775808,{},null,{},false],"c":1.50})");
}

TEST(Writer, EscapesAtEveryPosition) {
  for (const char escape : {'"', '\\', '\n', '\x01', '\x1f'}) {
    for (size_t at = 0; at < 20; ++at) {
      std::string value(20, 'a');
      value[at] = escape;
      value[19 - at] = value[19 - at] == 'a' ? '\x7F' : value[19 - at];
      std::string text;
      Writer(&text).String(value);
      EXPECT_EQ(Parsed(text).root().text(), value);
      EXPECT_GT(text.size(), 22u);
    }
  }
}

}  // namespace
}  // namespace kgw::json
