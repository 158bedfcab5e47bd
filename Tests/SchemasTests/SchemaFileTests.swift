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
            (source("{constant: x, when_same: [a]}"), "two fields"), (source("{unless: [a]}"), "no operation"),
            (source(deep), "operations stand in one another"),
            ("dataset: A.B\nsources:\n  - {name: a, shapes: [nope], fields: {}}\n", "shape nope"),
            ("dataset: A.B\nsources:\n  - {name: a, kind: x, fields: {}}\n", "`kind`"),
            ("dataset: AB\nchildren: {C: {f: [x]}}\nsources: []\n", "Model.Dataset"),
            ("events: E\ninherits: Nothing\n", "the events Nothing"),
            ("shapes:\n  - {name: s, when: [[x]], fields: [$], data: {Other: x}}\n", "`Other`"),
            ("dataset: A.B\nadd: true\nsources: []\n", "no dataset A.B"), (source("{sum_of: X, of: Y}"), "`of`"),
            ("services:\n  s: {channel: [x]}\n", "`channel`"), (source("{item: first, of: X}"), "a number from 0"),
            (source("{item: 1}"), "needs `of:`"), (source("{together: X, of: Y}"), "`of`"),
            (source("{named: X, of: Y}"), "needs `among:` and `of:`"),
            ("shapes: [nope]\nlogsources: []\n", "shape nope"), ("logsources:\n  - {product: a}\n", "`channels` or"),
            ("logsources:\n  - {sources: [{when: [[a]]}]}\n", "a product, a category or a service"),
            ("logsources:\n  - {product: a, sources: [{where: [[a]]}]}\n", "`where`"),
            ("logsource:\n  - {product: a}\n", "`logsource` is none of dataset, events, logsources, shapes"),
            ("- a\n", "a mapping is expected"), ("places:\n  p: {where: {}}\n", "`where`"),
            ("dataset: A.B\nsources: [{name: a, when: [[a]], also: [p], fields: {}}]\n", "places p are not defined"),
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

    @Test("add sources to a dataset of another file, and to its children")
    func adding() throws {
        let own = try schema(
            "dataset: Change.All_Changes\nadd: true\nsources: [{name: mine, when: [[a]], fields: {user: a}}]\n")
        let builtIn = Schema.shared
        for name in ["Change.All_Changes", "Change.Auditing_Changes"] {
            #expect(own.sources(of: name).map(\.name) == builtIn.sources(of: name).map(\.name) + ["mine"])
        }
        #expect(own.unknownFields(of: "Change.All_Changes", among: ["user", "nothing"]) == ["nothing"])
        #expect(own.sources(of: "Web.Web") == builtIn.sources(of: "Web.Web"))
    }

    @Test("are for what they are said to be for", arguments: Schema.parts.map(\.name))
    func parts(_ name: String) throws {
        let file = try #require(Schema.parts.first { $0.name == name })
        // Tables are for all that come behind them.
        let tables = Schema.parts.prefix { $0.name != name }.filter { $0.part.isOfTables }
            .map { ("\($0.name).yml", $0.bytes()) }
        let common = Schema.commonFiles + tables
        // Groups of events and logsources refer to those before them.
        let before = Schema.parts.prefix { $0.name != name }.filter { "\($0.part)" == "\(file.part)" }
            .map { ("\($0.name).yml", $0.bytes()) }
        let without = try Schema(files: common + before)
        let with = try Schema(files: common + before + [("\(name).yml", file.bytes())])
        let datasets = Set(with.datasetNames).subtracting(without.datasetNames)
        let addsEvents = with.eventSources.count > without.eventSources.count
        // A file may add to the logsources of another, or to all.
        let counts = [with, without].map { schema in
            schema.logsources.values.reduce(schema.ruleFieldsOfShapes.count) { $0 + $1.sources.count }
        }
        let addsLogsources = counts[0] > counts[1]
        let addsTables = with.tables.count + with.places.count > without.tables.count + without.places.count
        switch file.part {
        case .common: #expect(with.datasetNames.isEmpty && !addsEvents && !addsLogsources)
        case .tables, .logsourceTables:
            #expect(datasets.isEmpty && !addsEvents && !addsLogsources && addsTables)
        case .events, .records: #expect(datasets.isEmpty && addsEvents && !addsLogsources)
        case .logsources: #expect(datasets.isEmpty && !addsEvents && addsLogsources)
        case .datasets(let own):
            // A file may add to the dataset of another.
            let sources = [with, without].map { $0.datasets.values.reduce(0) { $0 + $1.sources.count } }
            #expect(sources[0] > sources[1] && !addsEvents && !addsLogsources)
            #expect(
                datasets.allSatisfy { name in own.contains { $0.hasSuffix(".") ? name.hasPrefix($0) : name == $0 } })
        }
        if case .common = file.part { return }
        #expect(with.shapes.map(\.name) == without.shapes.map(\.name) && with.services.count == without.services.count)
    }

    @Test("are left out where nothing is read of them, and all read where a dataset is unknown")
    func leavingOut() throws {
        let some = try Schema.builtIn(
            SchemaParts(
                datasets: ["Endpoint.Registry", "Change.Account_Management"], events: false, records: false,
                logsources: false))
        #expect(some.datasetNames.contains("Change.All_Changes"))
        #expect(some.datasetNames.contains("Endpoint.Registry") && !some.datasetNames.contains("Endpoint.Processes"))
        #expect(some.eventSources.isEmpty && some.logsources.isEmpty)
        let all = try Schema.builtIn(
            SchemaParts(datasets: ["No.Such"], events: false, records: false, logsources: false))
        #expect(all.datasetNames == (Schema.shared.datasetNames))
    }

    @Test("tell the fields that a data model does not have")
    func unknownFields() throws {
        let schema = Schema.shared
        let names = ["process_name", "bogus", "host", "_time", "user_bunit", "Processes.process"]
        #expect(schema.unknownFields(of: "Endpoint.Processes", among: names) == ["bogus", "Processes.process"])
        #expect(schema.unknownFields(of: "Change.Account_Management", among: ["object", "nothing"]) == ["nothing"])
        #expect(schema.unknownFields(of: "No.Dataset", among: ["x"]).isEmpty)
    }

    @Test("give every child the sources of its parent")
    func children() throws {
        let schema = Schema.shared
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
        let names = Set(Schema.shared.datasetNames)
        #expect(
            names.isSuperset(of: [
                "Endpoint.Processes", "Endpoint.Filesystem", "Endpoint.Registry", "Endpoint.Services", "Endpoint.Ports",
                "Network_Traffic.All_Traffic", "Network_Resolution.DNS", "Web.Web", "Authentication.Authentication",
                "Change.All_Changes",
            ]))
    }
}

extension Schema.Part {
    fileprivate var isOfTables: Bool {
        switch self {
        case .tables, .logsourceTables: true
        default: false
        }
    }
}
