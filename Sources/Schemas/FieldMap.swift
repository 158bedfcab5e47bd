public import Events
import Values

/// The fields that a set of plans asks for, resolved against a schema: for each shape an event may have, where each
/// field's value stands. Made once; shared by all workers, and a class because a copy of its many parts would count a
/// reference for each of them: loading two thousand rules spent a tenth of its time on that.
public final class FieldMap: Sendable {
    /// What a field name means.
    public enum View: Hashable, Sendable {
        /// An event's own field names, and those that the add-ons for its source give it.
        case events
        /// A data model's field names, on the events that belong to the dataset.
        case dataset(String)
        /// The names that Sigma rules use, on the events that a rule of this logsource may see; the name is one that
        /// `Schema.logsource(product:category:service:)` gives.
        case logsource(String)
    }

    /// A field of a view, as plans refer to it while they run.
    public typealias Field = Int

    /// A dataset as the reader tests for it.
    public typealias DatasetIndex = Int

    struct Variant: Sendable {
        var name: Text
        var conditions: [[NodeCondition]]
        var eventID: Int32
        var channel: Int32
        /// The channel as logsources read it: the header's, else the one that the provider implies.
        var gateChannel: Int32 = -1
        var provider: Int32
        var time: Int32
        /// Where among the times one stands that is in UTC whatever zone others are in; -1 for none.
        var utcTime: Int32
        /// Whether a time with slashes has the month before the day.
        var readsMonthFirst: Bool
    }

    struct ServiceGate: Sendable, Hashable {
        var channels: [[UInt8]]
        var providers: [[UInt8]]
        /// Whether the channel is read as logsources read it.
        var isLog = false
    }

    struct SourceGate: Sendable {
        /// Among the services; -1 where any will do.
        var service: Int32
        var events: [[UInt8]]
        /// Which variants it takes, and there the alternatives of which one must hold; none where nothing more is asked.
        var variants: [Bool]
        var conditions: [[[NodeCondition]]]
        /// What its fields must hold beside that, by variant.
        var constraints: [[NodeCondition]]
    }

    struct FieldTable: Sendable {
        /// The dataset the field belongs to; -1 for an event's own field that no add-on derives.
        var dataset: DatasetIndex
        /// Rows of nodes: for a dataset's field one per source, for an event's own field a single one.
        var rows: [RootRows.Row]
        /// A row that is tried first: where it has values, every source would give the same. `nil` where one would not.
        var own: RootRows.Row?
    }

    /// The paths that parsers have to look for, for all shapes together.
    public let layout: EventLayout
    /// The layout as parsers use it.
    let eventTables: EventTables
    let variants: [Variant]
    let tables: ReaderTables
    /// What was asked for, by number.
    public let numbers: FieldNumbers
    private let besideLine: [Set<[UInt8]>?]
    private let sourceNames: [[String]]
    /// Datasets, and the kinds of events that add-ons tell apart, where some request depends on them.
    public let datasetCount: Int

    /// One field that some plan reads.
    public struct Request: Hashable, Sendable {
        /// In which the name is looked up.
        public var view: View
        /// As a search or rule writes it, without a data model's prefix.
        public var name: String

        /// - Parameter name: without a data model's prefix.
        public init(view: View, name: String) {
            self.view = view
            self.name = name
        }
    }

    /// Resolves requests.
    /// - Throws: `SchemaError` when a view names a dataset or a logsource that the schema does not have.
    public convenience init(
        schema: Schema, requests: some Sequence<Request>, views: some Sequence<View>
    ) throws(SchemaError) {
        self.init(schema: schema, numbers: try FieldNumbers(schema: schema, requests: requests, views: views))
    }

    /// Resolves what a schema has numbered. Slots that only recognition or the time need are added by itself.
    /// - Complexity: linear in the requests, times the shapes and the sources of the dataset.
    public init(schema: Schema, numbers: FieldNumbers) {
        let builder = FieldMapBuilder(schema: schema, numbers: numbers)
        self.numbers = numbers
        variants = builder.variants
        var layout = builder.compiler.layout
        let shapePaths = schema.shapePaths
        layout.keepSpaces(inKeysOf: schema.tellingPaths(beside: shapePaths), telling: shapePaths)
        layout.openTexts()
        self.layout = layout
        sourceNames = builder.sourceNames
        datasetCount = builder.datasets.count
        // None needs another, and each takes its time.
        let made = concurrently(
            { [layout] in (events: EventTables(layout: layout), besideLine: builder.textsBesideLine) },
            { ReaderTables(builder) })
        (eventTables, besideLine, tables) = (made.0.events, made.0.besideLine, made.1)
    }

    /// What was asked for, by field.
    public var requests: [Request] { numbers.requests }
    /// Fields are numbered from 0 to one less, in the order of ``requests``.
    public var fieldCount: Int { numbers.requests.count }
    /// `nil` for what was not among the requests.
    public func field(_ request: Request) -> Field? { numbers.field(request) }
    /// `nil` where neither a view nor a request named the dataset. The name is `Model.Dataset`.
    public func dataset(_ name: String) -> DatasetIndex? { numbers.dataset(name) }
    /// `nil` where neither a view nor a request named the logsource. The name is that of its view.
    public func logsource(_ name: String) -> DatasetIndex? { numbers.logsource(name) }

    /// The names of the sources of a dataset, in the order in which readers number them.
    public func sourceNames(of dataset: DatasetIndex) -> [String] { sourceNames[dataset] }

    /// Texts of which the field's values may have parts that a search of the event's line misses. All else of a value, between
    /// separators of paths, stands there as it is (but for escapes). `nil` where anything may be missing.
    public func textsBesideLine(of request: Request) -> Set<[UInt8]>? {
        field(request).flatMap { besideLine[$0] }
    }

    /// Whether a field may have a value in events of a source; the sources of a dataset are numbered as
    /// ``sourceNames(of:)`` has them.
    public func mayHave(_ request: Request, inSource source: Int) -> Bool {
        guard let field = field(request), let dataset = numbers.number(of: request.view) else { return true }
        let table = tables.fields[field]
        guard Int(table.dataset) == dataset, table.own < 0 else { return true }
        return variants.indices.contains { tables.root(of: table, source: source, variant: $0) >= 0 }
    }

    /// The paths that are read from an event, for people.
    public var pathsRead: [String] { layout.paths.sorted() }
}
