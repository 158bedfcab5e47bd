/// What this build is called.
enum Version {
    static let text = "trawl 0.1.0"
}
