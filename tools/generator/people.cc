// Parties of the synthetic world. Names are put together from common parts; nobody is meant.
#include <array>
#include <cstddef>
#include <string_view>

#include "tools/generator/composer.h"

namespace sluice::generator {

namespace {

template <std::size_t N>
std::string_view Any(const std::array<std::string_view, N>& words, Random* random) {
  return words[random->Below(N)];
}

constexpr std::array<std::string_view, 40> kSurnames = {
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱",
    "胡", "郭", "何", "高", "林", "罗", "郑", "梁", "谢", "宋", "唐", "许", "韩", "冯",
    "邓", "曹", "彭", "曾", "肖", "田", "董", "袁", "潘", "于", "蒋", "蔡"};
constexpr std::array<std::string_view, 40> kGivenNames = {
    "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟",
    "涛", "明", "超", "秀", "霞", "平", "刚", "桂", "英", "华", "玉", "兰", "红", "辉",
    "鹏", "飞", "玲", "燕", "婷", "宇", "浩", "欣", "雨", "佳", "晨", "思"};
constexpr std::array<std::string_view, 32> kFirstNames = {
    "Anna",  "Ben",   "Clara", "David",  "Emma",  "Felix", "Grace",  "Henry",
    "Iris",  "Jack",  "Karen", "Leo",    "Maria", "Nils",  "Olivia", "Peter",
    "Rosa",  "Simon", "Tessa", "Victor", "Wendy", "Yuki",  "Haruto", "Minjun",
    "Sofia", "Lucas", "Mia",   "Noah",   "Paula", "Tom",   "Eva",    "Hugo"};
constexpr std::array<std::string_view, 32> kLastNames = {
    "Miller",  "Smith",  "Tanaka", "Sato",    "Kim",    "Park",     "Mueller", "Schmidt",
    "Dubois",  "Martin", "Rossi",  "Bianchi", "Garcia", "Lopez",    "Silva",   "Costa",
    "Nguyen",  "Tran",   "Jansen", "Visser",  "Nowak",  "Kowalski", "Larsen",  "Hansen",
    "Johnson", "Brown",  "Wilson", "Clark",   "Walker", "Young",    "Suzuki",  "Choi"};
constexpr std::array<std::string_view, 20> kStreets = {
    "Station Road", "High Street",   "Park Avenue",   "Mill Lane",     "Church Street",
    "Lake Drive",   "Hill Road",     "King Street",   "Elm Street",    "Oak Avenue",
    "River Road",   "Garden Street", "Market Square", "Bridge Street", "North Street",
    "West Road",    "Maple Drive",   "Cedar Court",   "Forest Way",    "Castle Street"};
constexpr std::array<std::string_view, 16> kCities = {
    "Springfield", "Riverton",   "Lakeside",  "Newport",  "Kingsbridge", "Altstadt",
    "Villanova",   "Northfield", "Eastwood",  "Hillview", "Porto Sul",   "Sakuragi",
    "Hanamachi",   "Saint-Jean", "Nieuwdorp", "Westhaven"};

struct District {
  std::string_view code, province, city, district;
};
constexpr std::array<District, 20> kDistricts = {
    {{"410105", "河南省", "郑州市", "金水区"}, {"440106", "广东省", "广州市", "天河区"},
     {"440305", "广东省", "深圳市", "南山区"}, {"310115", "上海市", "上海市", "浦东新区"},
     {"330106", "浙江省", "杭州市", "西湖区"}, {"330203", "浙江省", "宁波市", "海曙区"},
     {"370202", "山东省", "青岛市", "市南区"}, {"120101", "天津市", "天津市", "和平区"},
     {"110105", "北京市", "北京市", "朝阳区"}, {"500103", "重庆市", "重庆市", "渝中区"},
     {"510104", "四川省", "成都市", "锦江区"}, {"320106", "江苏省", "南京市", "鼓楼区"},
     {"350203", "福建省", "厦门市", "思明区"}, {"420106", "湖北省", "武汉市", "武昌区"},
     {"430102", "湖南省", "长沙市", "芙蓉区"}, {"610113", "陕西省", "西安市", "雁塔区"},
     {"530102", "云南省", "昆明市", "五华区"}, {"210202", "辽宁省", "大连市", "中山区"},
     {"340104", "安徽省", "合肥市", "蜀山区"}, {"450103", "广西壮族自治区", "南宁市", "青秀区"}}};
constexpr std::array<std::string_view, 12> kChineseStreets = {
    "人民路", "中山路", "解放路", "建设路", "和平街", "文化路",
    "新华路", "长江路", "黄河路", "花园路", "科技路", "东风大道"};
constexpr std::array<std::string_view, 12> kFirmWords = {
    "Bluewater", "Sunrise",   "Evergreen", "Northstar", "Silverline", "Oakfield",
    "Brightway", "Hillcrest", "Seabird",   "Redwood",   "Clearview",  "Maplewood"};
constexpr std::array<std::string_view, 8> kFirmKinds = {"Commerce", "Online Store", "Global Sales",
                                                        "Retail",   "E-Shop",       "Home Supply",
                                                        "Direct",   "Selection"};
constexpr std::array<std::string_view, 12> kFirmWordsZh = {
    "海纳", "远航", "优选", "臻品", "汇通", "万家", "佳美", "锦程", "星辰", "和信", "瑞丰", "天合"};

void AppendNumber(std::uint64_t number, std::string* text) { *text += std::to_string(number); }

void MakeChineseAddress(Random* random, DraftParty* party) {
  const District& place = kDistricts[random->Below(kDistricts.size())];
  party->district = place.code;
  party->city = place.city;
  party->address.append(place.province).append(place.city).append(place.district);
  party->address.append(Any(kChineseStreets, random));
  AppendNumber(1 + random->Below(900), &party->address);
  party->address += "号";
  if (random->Chance(0.7)) {
    AppendNumber(1 + random->Below(30), &party->address);
    party->address += "栋";
    AppendNumber(101 + random->Below(2900), &party->address);
    party->address += "室";
  }
}

void MakeForeignAddress(Random* random, DraftParty* party) {
  AppendNumber(1 + random->Below(400), &party->address);
  party->address += ' ';
  party->address += Any(kStreets, random);
  party->city = Any(kCities, random);
  AppendDigits(random, 5, &party->postcode);
}

void MakePhone(const Country& country, Random* random, std::string* phone) {
  // Chinese numbers keep to 13x, 15x and 18x: alerts use others.
  constexpr std::array<std::string_view, 3> kMobile = {"+8613", "+8615", "+8618"};
  constexpr std::array<std::string_view, 8> kForeign = {"+1",  "+44", "+49", "+33",
                                                        "+81", "+82", "+61", "+39"};
  const bool chinese = country.code == "CN";
  *phone = chinese ? Any(kMobile, random) : Any(kForeign, random);
  AppendDigits(random, chinese ? 9 : 8, phone);
}

}  // namespace

void AppendDigits(Random* random, int count, std::string* text) {
  std::uint64_t value = random->Next();
  for (int digit = 0; digit < count; ++digit) {
    *text += static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

void AppendToken(std::uint64_t value, std::string* text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  *text += 'h';
  for (int shift = 60; shift >= 0; shift -= 4) *text += kHex[(value >> shift) & 15];
}

void MakePerson(const Country& country, Random* random, DraftParty* party) {
  party->country = country.code;
  if (country.code == "CN") {
    party->name.append(Any(kSurnames, random)).append(Any(kGivenNames, random));
    if (random->Chance(0.6)) party->name += Any(kGivenNames, random);
    MakeChineseAddress(random, party);
  } else {
    party->name.append(Any(kFirstNames, random)).append(" ").append(Any(kLastNames, random));
    MakeForeignAddress(random, party);
  }
  if (random->Chance(0.9)) MakePhone(country, random, &party->phone);
  if (random->Chance(0.35)) {
    AppendToken(random->Next(), &party->email);
    party->email += "@mail.example";
  }
}

void MakeFirm(const Country& country, std::uint64_t identity, DraftParty* party) {
  // The same trader has the same name and address in every parcel.
  Random random(0x6669726D, identity);
  party->country = country.code;
  if (country.code == "CN") {
    party->name.append(kDistricts[random.Below(kDistricts.size())].city.substr(0, 6));
    party->name.append(Any(kFirmWordsZh, &random));
    AppendNumber(identity % 1000, &party->name);
    party->name += "电子商务有限公司";
    MakeChineseAddress(&random, party);
  } else {
    party->name.append(Any(kFirmWords, &random))
        .append(" ")
        .append(Any(kFirmKinds, &random))
        .append(" ");
    AppendNumber(identity % 1000, &party->name);
    party->name += " Ltd";
    MakeForeignAddress(&random, party);
  }
  MakePhone(country, &random, &party->phone);
}

}  // namespace sluice::generator
