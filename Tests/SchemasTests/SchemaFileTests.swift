import Testing

@testable import Schemas

@Suite("Schema files")
struct SchemaFileTests {
    private func schema(_ text: String) throws(SchemaError) -> Schema {
        try Schema(files: Schema.builtInFiles + [("own.yml", Array(text.utf8))])
    }

    @Test("that can't be understood are refused with the place and the word")
    func errors() {
        let source = { (fields: String) in "dataset: A.B\nsources:\n  - {name: a, fields: {f: \(fields)}}\n" }
        let deep = String(repeating: "{lower: ", count: 40) + "X" + String(repeating: "}", count: 40)
        for (text, part) in [
            ("dataset: A.B\nsource: []\n", "`source`"), (source("{lower: }"), "a text is expected"),
            (source("{between: [a], of: X}"), "two texts"), (source("{map: {a: b}}"), "needs `of:`"),
            (source("{map: nothing_such, of: X}"), "table nothing_such"), (source("{upper: X, of: Y}"), "`of`"),
            (source("{after_last: '', of: X}"), "not an empty one"), (source("{data_element: Event}"), "UserData"),
            (source("{constant: x, when_same: [a]}"), "two fields"), (source(deep), "operations stand in one another"),
            ("dataset: A.B\nsources:\n  - {name: a, shapes: [nope], fields: {}}\n", "shape nope"),
            ("dataset: A.B\nsources:\n  - {name: a, kind: x, fields: {}}\n", "`kind`"),
            ("dataset: AB\nchildren: {C: {f: [x]}}\nsources: []\n", "Model.Dataset"),
            ("events: E\ninherits: Nothing\n", "the events Nothing"),
            ("shapes:\n  - {name: s, when: [[x]], fields: [$], data: {Other: x}}\n", "`Other`"),
            ("services:\n  s: {channel: [x]}\n", "`channel`"), (source("{item: first, of: X}"), "a number from 0"),
            (source("{item: 1}"), "needs `of:`"), (source("{together: X, of: Y}"), "`of`"),
            ("shapes: [nope]\nlogsources: []\n", "shape nope"), ("logsources:\n  - {product: a}\n", "`channels` or"),
            ("logsources:\n  - {sources: [{when: [[a]]}]}\n", "a product, a category or a service"),
            ("logsources:\n  - {product: a, sources: [{where: [[a]]}]}\n", "`where`"),
            ("logsources:\n  - {product: a, add: true, sources: [{when: [[a]]}]}\n", "no logsource product=a"),
        ] {
            let error = #expect(throws: SchemaError.self, "\(text)") { _ = try schema(text) }
            #expect(error?.description.hasPrefix("own.yml:") == true, "\(String(describing: error))")
            #expect(error?.description.contains(part) == true, "\(String(describing: error)) has \(part)")
        }
    }

    @Test("that come later replace datasets, tables and groups of events of the same name")
    func replacing() throws {
        let own = try schema("dataset: Web.Web\nmodel_fields: [a]\nsources: []\n")
        #expect(own.sources(of: "Web.Web").isEmpty)
        #expect(own.sources(of: "Endpoint.Registry").count > 3)
        #expect(own.unknownFields(of: "Web.Web", among: ["a", "url"]) == ["url"])
    }

    @Test("tell the fields that a data model does not have")
    func unknownFields() throws {
        let schema = try Schema.builtIn()
        let names = ["process_name", "bogus", "host", "_time", "user_bunit", "Processes.process"]
        #expect(schema.unknownFields(of: "Endpoint.Processes", among: names) == ["bogus", "Processes.process"])
        #expect(schema.unknownFields(of: "Change.Account_Management", among: ["object", "nothing"]) == ["nothing"])
        #expect(schema.unknownFields(of: "No.Dataset", among: ["x"]).isEmpty)
    }

    @Test("give every child the sources of its parent")
    func children() throws {
        let schema = try Schema.builtIn()
        for (child, parent) in [
            ("Authentication.Failed_Authentication", "Authentication.Authentication"),
            ("Change.Auditing_Changes", "Change.All_Changes"),
            ("Network_Traffic.Blocked_Traffic", "Network_Traffic.All_Traffic"),
        ] {
            #expect(schema.sources(of: child) == schema.sources(of: parent))
            #expect(!schema.sources(of: child).isEmpty)
        }
    }

    @Test("are written for every dataset that the endpoint content asks for")
    func datasets() throws {
        let names = Set(try Schema.builtIn().datasetNames)
        #expect(
            names.isSuperset(of: [
                "Endpoint.Processes", "Endpoint.Filesystem", "Endpoint.Registry", "Endpoint.Services", "Endpoint.Ports",
                "Network_Traffic.All_Traffic", "Network_Resolution.DNS", "Web.Web", "Authentication.Authentication",
                "Change.All_Changes",
            ]))
    }
}
