import Pipeline

extension CommandSyntax {
    /// `iplocation`.
    static let locating: [CommandSyntax] = [CommandSyntax("iplocation", parse: parseLocation)]

    /// `[prefix=text] [allfields=] [lang=] field`: where an address is. No geographic database is here, so the fields stay
    /// empty, and a search that decides by one of them is refused.
    private static func parseLocation(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var prefix = ""
        var hasAll = false
        var field: String?
        while let argument = try scanner.readArgument() {
            switch argument.option {
            case "prefix": prefix = argument.value
            case "allfields": hasAll = try scanner.boolean(argument)
            case "lang": break
            case nil: try scanner.set(&field, to: argument, of: "iplocation")
            default: throw scanner.unknown(argument, of: "iplocation", "it takes prefix, allfields and lang")
            }
        }
        guard let field else { throw scanner.error("iplocation needs a field", "name the one that holds addresses") }
        let names =
            (["City", "Country", "Region", "lat", "lon"] + (hasAll ? ["Continent", "MetroCode", "Timezone"] : []))
            .map { prefix + $0 }
        context.addedAbsentFields.formUnion(AbsentFields(Set(names)))
        context.warn([
            "iplocation needs a geographic database, which is not shipped: for \(field) the fields "
                + "\(names.dropLast().joined(separator: ", ")) and \(names.last ?? "") stay empty"
        ])
        return [.evaluate(names.map { Assignment(column: $0, expression: .call(.null, [])) })]
    }
}
