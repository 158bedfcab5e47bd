/// A kind of event that a dataset takes, as reports name it.
public struct DatasetSource: Hashable, Sendable {
    /// As the schema file calls it.
    public var name: String
    /// An event of one of these channels or providers is of the source; where there are none, the shape decides.
    public var channels: [String]
    /// Names as in the event's header, in any case.
    public var providers: [String]
    /// Event identifiers, as text; empty where any will do.
    public var events: [String]
    /// Empty where any will do.
    public var shapes: [String]
}

extension Schema {
    /// The kinds of event that a dataset takes, in order of precedence; none for a dataset that is not known.
    public func sources(of dataset: String) -> [DatasetSource] {
        (datasets[dataset]?.sources ?? []).map { source in
            let service = source.service.flatMap { services[$0] }
            return DatasetSource(
                name: source.name, channels: service?.channels ?? [], providers: service?.providers ?? [],
                events: source.events, shapes: source.shapes)
        }
    }
}
