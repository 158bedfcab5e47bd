import Values

/// What a field map begins with: what depends on the shapes alone, and on nothing that a run is told. It takes a tenth of a
/// small run's time, which another thread can spend while the arguments are looked at.
struct PreparedShapes: Sendable {
    /// Knows the places of what every event is recognised and told apart by.
    let compiler: ExpressionCompiler
    /// The shapes as they are, then as they are in Splunk's exports; their gates' channels are to be filled in, for which
    /// other parts of the schema are needed.
    let variants: [FieldMap.Variant]

    /// The time of Sysmon's events.
    private static let utcTime = "UtcTime"

    init(_ shapes: [Schema.Shape]) {
        var compiler = ExpressionCompiler(shapes: shapes)
        variants = (0..<shapes.count * 2).map { variant in
            let shape = shapes[variant % shapes.count]
            let times = shape.time.map { Derivation.field($0) } + [shape.timeIn].compactMap(\.self)
            return FieldMap.Variant(
                name: Text(shape.name),
                conditions: shape.when.map { alternative in alternative.map { compiler.shapeCondition($0) } },
                eventID: compiler.field("EventID", variant: variant),
                channel: compiler.field("Channel", variant: variant),
                provider: compiler.field("Provider_Name", variant: variant),
                time: compiler.node(of: .first(times), variant: variant),
                utcTime: shape.time.contains(Self.utcTime) ? compiler.field(Self.utcTime, variant: variant) : -1,
                readsMonthFirst: shape.readsMonthFirst)
        }
        self.compiler = compiler
    }
}
