/// Which events a rule is for.
public struct SigmaLogsource: Hashable, Sendable {
    /// `windows`, `linux`, `aws`, ...; `nil` for any.
    public var product: String?
    /// `process_creation`, `dns_query`, ...; `nil` for any.
    public var category: String?
    /// `security`, `sysmon`, `cloudtrail`, ...; `nil` for any.
    public var service: String?
    /// What has to be configured for such events to be there. For people.
    public var definition: String?

    /// Each `nil` where the rule does not name it.
    public init(
        product: String? = nil, category: String? = nil, service: String? = nil, definition: String? = nil
    ) {
        self.product = product
        self.category = category
        self.service = service
        self.definition = definition
    }

    /// `product=windows category=process_creation`.
    public var name: String {
        [("product", product), ("category", category), ("service", service)].compactMap { key, value in
            value.map { "\(key)=\($0)" }
        }.joined(separator: " ")
    }

    /// Whether each of product, category and service that this one names is that of the other.
    public func isContained(in other: SigmaLogsource) -> Bool {
        func holds(_ own: String?, _ its: String?) -> Bool {
            guard let own else { return true }
            guard let its else { return false }
            return own.utf8.elementsEqual(its.utf8)
        }
        return holds(product, other.product) && holds(category, other.category) && holds(service, other.service)
    }
}
