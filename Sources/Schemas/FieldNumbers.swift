/// The fields and datasets that a set of plans asks for, numbered. Plans are compiled with the numbers alone, so that it can be
/// done while a field map is made of them.
public struct FieldNumbers: Sendable {
    /// What was asked for, by field, each once.
    public let requests: [FieldMap.Request]
    private let fieldIndex: [FieldMap.Request: FieldMap.Field]
    /// Datasets and logsources in the order of their numbers.
    let views: [FieldMap.View]
    private let datasetIndex: [FieldMap.View: FieldMap.DatasetIndex]

    /// - Parameter views: datasets and logsources that are told apart, beside those of the requests.
    /// - Throws: `SchemaError` when a view names a dataset or a logsource that the schema does not have.
    /// - Complexity: linear in the requests.
    public init(
        schema: Schema, requests: some Sequence<FieldMap.Request>, views: some Sequence<FieldMap.View>
    ) throws(SchemaError) {
        var fieldIndex: [FieldMap.Request: FieldMap.Field] = [:]
        var wanted: [FieldMap.Request] = []
        for request in requests where fieldIndex[request] == nil {
            fieldIndex[request] = wanted.count
            wanted.append(request)
        }
        var datasets: Set<String> = []
        var logsources: Set<String> = []
        for view in Set(views).union(wanted.map(\.view)) {
            switch view {
            case .events: continue
            case .dataset(let name):
                guard schema.datasets[name] != nil else {
                    throw SchemaError(
                        file: "schema",
                        message:
                            "no mapping for dataset \(name); known: \(schema.knownDatasets(besides: name))")
                }
                datasets.insert(name)
            case .logsource(let name):
                guard schema.logsources(ofView: name) != nil else {
                    throw SchemaError(file: "schema", message: "no logsource \(name)")
                }
                logsources.insert(name)
            }
        }
        var numbered = NumberedViews()
        for name in datasets.sorted() { numbered.add(.dataset(name)) }
        for name in logsources.sorted() { numbered.add(logsource: name, schema) }
        self.requests = wanted
        self.fieldIndex = fieldIndex
        self.views = numbered.views
        datasetIndex = numbered.places
    }

    /// `nil` for what was not among the requests.
    public func field(_ request: FieldMap.Request) -> FieldMap.Field? { fieldIndex[request] }
    /// `nil` where neither a view nor a request named the dataset. The name is `Model.Dataset`.
    public func dataset(_ name: String) -> FieldMap.DatasetIndex? { number(of: .dataset(name)) }
    /// `nil` where neither a view nor a request named the logsource. The name is that of its view.
    public func logsource(_ name: String) -> FieldMap.DatasetIndex? { number(of: .logsource(name)) }

    /// The number of a dataset or a logsource.
    func number(of view: FieldMap.View) -> FieldMap.DatasetIndex? { datasetIndex[view] }

    private struct NumberedViews {
        var views: [FieldMap.View] = []
        var places: [FieldMap.View: Int] = [:]

        mutating func add(_ view: FieldMap.View) {
            guard places[view] == nil else { return }
            places[view] = views.count
            views.append(view)
        }

        /// One of a category and a service asks for both: the service's stands before it.
        mutating func add(logsource name: String, _ schema: Schema) {
            guard places[.logsource(name)] == nil else { return }
            for part in schema.logsources(ofView: name)?.dropFirst() ?? [] { add(logsource: part.key.name, schema) }
            add(.logsource(name))
        }
    }
}
