public import Archives

extension ArchiveLocator {
    /// The archives, or the first thing that is wrong with the paths.
    public func locate(paths: [String]) throws(ArchiveError) -> [Archive] {
        let survey = survey(paths: paths)
        if let error = survey.errors.first { throw error }
        return survey.archives
    }
}
