import Pipeline
import Testing

@testable import SPL

@Suite("A search with iplocation")
struct AbsentFieldTests {
    @Test(
        "is taken, with a warning, where it only shows what would be added",
        arguments: [
            "iplocation src",
            "iplocation src | table src Country lat lon",
            "iplocation allfields=true lang=de src | stats values(Country) AS Country dc(City) count by src",
            "iplocation prefix=x src | where Country=1 | stats values(x*) AS * by src",
            "iplocation src | fields - lat, lon | eval place=if(City LIKE \"\", src, City) | fields src place",
            "iplocation src | stats values(Country) AS c by src | where src!=\"1.1.1.1\" | sort src",
            "iplocation src | eval Country=src | where Country=1",
            "iplocation src | lookup nothing Country OUTPUT name | fields - name | where src=1",
            "iplocation src | table src | where Country=1",
            "iplocation src | rename Country AS land | where Country=1",
            "iplocation src | appendpipe [stats count by src] | where count>1",
            "append [search * | iplocation src | stats values(City) AS City by src] | stats values(City) by src",
            "iplocation src | eventstats dc(Country) AS n by src | streamstats count by src | where count>1",
            "iplocation src | fillnull value=unknown Country | mvexpand Country | table src Country",
            "iplocation src | transaction src | trendline sma2(lat) AS t | outlier src",
        ])
    func shown(_ text: String) throws {
        let compiled = try SearchCompiler.compile("* | " + text, lookups: OneTable())
        #expect(compiled.warnings.count == 1)
        #expect(compiled.warnings.first?.contains("Country") == true)
    }

    @Test(
        "is refused by name where it decides by what would be added",
        arguments: [
            ("iplocation src | where Country!=\"X\"", "where", "Country"),
            ("iplocation src | search src=1 City=*", "search", "City"),
            ("iplocation src | stats count by src, Country", "stats", "Country"),
            ("iplocation src | stats dc(Country) AS n by user | where n>1", "where", "n"),
            ("iplocation src | eval far=if(lat>50, 1, 0) | where far=1", "where", "far"),
            ("iplocation prefix=x src | dedup xCity", "dedup", "xCity"),
            ("iplocation allfields=t src | sort Continent", "sort", "Continent"),
            ("iplocation src | rename C* AS geo_C* | where isnull(geo_City)", "where", "geo_City"),
            ("iplocation src | stats values(*) AS * by user | search Region=x", "search", "Region"),
            ("iplocation src | top Country", "top", "Country"),
            ("iplocation src | chart count over src by City", "chart", "City"),
            ("iplocation src | timechart count by City", "timechart", "City"),
            ("iplocation src | eventstats count by City", "eventstats", "City"),
            ("iplocation src | regex City=x", "regex", "City"),
            ("iplocation src | head (City=1)", "head", "City"),
            ("iplocation src | table src City | untable src a b", "untable", "City"),
            ("iplocation src | lookup nothing Country OUTPUT name | where name=1", "where", "name"),
            ("iplocation src | join Country [search * | table Country]", "join", "Country"),
            ("iplocation src | transaction City", "transaction", "City"),
            ("iplocation src | foreach C* [eval x=1]", "foreach", "City"),
            ("iplocation src | map search=\"search a=$City$\"", "map", "City"),
            ("iplocation src | appendpipe [where City=1]", "appendpipe", "City"),
            ("map search=\"search a=$b$ | iplocation c | fields c City\" | where City=1", "where", "City"),
            ("join src [search * | iplocation src | fields src City] | where City=1", "where", "City"),
            ("search [search * | iplocation src | table src City]", "search", "City"),
            ("union [search * | iplocation src] | stats count by Region", "stats", "Region"),
            ("append [| set diff [search * | iplocation a | table City] [search *]]", "append", "City"),
        ])
    func decided(_ text: String, _ command: String, _ field: String) throws {
        do {
            let plan = try SearchCompiler.compile("* | " + text, lookups: OneTable()).plan
            Issue.record("compiled to \(plan.explanation)")
        } catch {
            #expect(error.reason == .unsupportedCommand("iplocation"))
            #expect(error.message.contains(field))
            #expect("\(error)".contains("in \(command)"))
        }
    }

    @Test("is refused where a condition of the beginning ends with what would be added")
    func beginning() throws {
        let error = try refusal("a=1 [search * | iplocation src | table City]")
        #expect(error.reason == .unsupportedCommand("iplocation"))
        let plan = try compile("a=1 [search * | iplocation src | table src]")
        #expect(plan.warnings.count == 1)
    }

    @Test("needs a field")
    func field() throws {
        #expect(try refusal("* | iplocation prefix=x").message.contains("field"))
        #expect(try refusal("* | iplocation size=1 a").reason == .unsupportedOption("size"))
    }
}

@Suite("A command that only writes")
struct WritingCommandTests {
    @Test(
        "is left out with a warning, wherever it stands",
        arguments: [
            "outputlookup x.csv", "outputlookup append=t key_field=_key x", "outputcsv y", "outputtext",
            "collect index=summary", "mcollect index=m", "sendalert risk param._risk=1", "sendemail to=\"a@b\"",
        ])
    func leftOut(_ text: String) throws {
        let name = text.prefix { $0 != " " }
        for search in ["* | \(text) | where a=1", "* | append [search * | \(text) | table a]"] {
            let compiled = try compile(search)
            #expect(compiled.warnings.count == 1)
            #expect(compiled.warnings.first?.hasPrefix(String(name)) == true)
        }
        #expect(try commands("\(text) | where a=1") == commands("where a=1"))
    }
}

/// A source that has one table, of a country's name.
private struct OneTable: LookupSource {
    func table(named name: String) throws(LookupFailure) -> LookupTable {
        LookupTable(name: name, columns: ["Country", "name"], rows: [])
    }
}
