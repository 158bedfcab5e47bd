import Testing
import YAML

@testable import Detections

@Suite struct DetectionLoaderTests {
    private func detection(_ name: String) -> String { "name: \(name)\nid: \(name)\ntype: TTP\nsearch: s\n" }

    @Test("folders are searched at any depth, in bytewise order of the paths")
    func order() throws {
        let folder = try TemporaryFolder()
        try folder.write("b/z.yml", detection("3"))
        try folder.write("b/a/deep/x.YAML", detection("2"))
        try folder.write("B.yml", detection("1"))
        try folder.write("notes.txt", detection("no"))
        try folder.write(".hidden/x.yml", detection("no"))
        let contents = DetectionLoader().load([folder.path])
        #expect(contents.detections.map(\.name) == ["1", "2", "3"])
        #expect(contents.problems.isEmpty)
    }

    @Test("a broken file is one problem, and the others are loaded")
    func broken() throws {
        let folder = try TemporaryFolder()
        try folder.write("a.yml", detection("good"))
        let bad = try folder.write("b.yml", "name: x\n\tsearch: y\n")
        let nameless = try folder.write("c.yml", "search: y\n")
        let contents = DetectionLoader().load([folder.path])
        #expect(contents.detections.map(\.name) == ["good"])
        #expect(contents.problems.map(\.file) == [bad, nameless])
        #expect(contents.problems.allSatisfy { $0.severity == .error })
    }

    @Test("a Sigma file with a broken document gives its others, a detection among them too")
    func brokenDocument() throws {
        let folder = try TemporaryFolder()
        let rule = "logsource: {product: linux}\ndetection: {s: {a: b}, condition: s}\n"
        try folder.write("a.yml", "title: 1\n\(rule)---\ntitle: [\n---\n\(detection("2"))---\ntitle: 3\n\(rule)")
        let contents = DetectionLoader().load([folder.path])
        #expect(contents.sigma.flatMap(\.documents).map(\.header.title) == ["1", "3"])
        #expect(contents.sigma.flatMap(\.failures).count == 1)
        #expect(contents.detections.map(\.name) == ["2"])
    }

    @Test("documents are told apart by their keys")
    func kinds() throws {
        let folder = try TemporaryFolder()
        let sigma = try folder.write("sigma.yml", "title: t\ndetection: {condition: a}\n---\ncorrelation: {}\n")
        let filter = try folder.write("sigma_filter.yml", "title: t\nfilter: {}\n")
        try folder.write("macro.yml", "name: m\ndefinition: d\n")
        try folder.write("deployment.yml", "type: TTP\nscheduling: {cron_schedule: '@daily'}\n")
        try folder.write("lookup.yml", "name: l\nfilename: l.csv\n")
        try folder.write("story.yml", "name: s\nnarrative: long\n")
        try folder.write("list.yml", "- a\n")
        try folder.write("empty.yml", "")
        try folder.write("null.yml", "---\n")
        let contents = DetectionLoader().load([folder.path])
        #expect(contents.sigma.count == 2)
        #expect(contents.sigma.flatMap(\.failures).map(\.header.file) == [sigma, sigma, filter])
        #expect(contents.detections.isEmpty)
        #expect(contents.problems.isEmpty)
        #expect(contents.ignored.count == 7)
        #expect(contents.ignored.allSatisfy { !$0.reason.isEmpty })
    }

    @Test("a file that was named and holds no rule is worth a warning")
    func namedFile() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("story.yml", "name: s\nnarrative: long\n")
        let contents = DetectionLoader().load([file])
        #expect(contents.problems.map(\.severity) == [.warning])
        #expect(contents.problems.first?.reason.contains("analytic story") == true)
    }

    @Test("several detections may share a file")
    func severalDocuments() {
        let contents = DetectionLoader().load(text: detection("1") + "---\n" + detection("2"), file: "f")
        #expect(contents.detections.map(\.name) == ["1", "2"])
    }

    @Test("a path that is not there is a problem")
    func missing() {
        let contents = DetectionLoader().load(["/nonexistent/rules"])
        #expect(contents.problems.map(\.severity) == [.error])
        #expect(contents.problems.first?.description.hasPrefix("/nonexistent/rules: error: ") == true)
    }

    @Test("a file reached twice is loaded once, and links in a circle end")
    func links() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("a/x.yml", detection("1"))
        try folder.link("a/self", to: folder.path)
        try folder.link("b.yml", to: file)
        let contents = DetectionLoader().load([folder.path, file, "\(folder.path)/a"])
        #expect(contents.detections.map(\.name) == ["1"])
    }

    @Test("an empty folder is worth a warning")
    func emptyFolder() throws {
        let folder = try TemporaryFolder()
        #expect(DetectionLoader().load([folder.path]).problems.map(\.severity) == [.warning])
    }

    @Test("a key given twice is a warning, and the detection is loaded")
    func duplicateKeys() throws {
        let (detection, problems) = try Samples.detection("name: A\nid: i\nname: B\nsearch: s\ntype: TTP\n")
        #expect(detection.name == "B")
        #expect(problems.map(\.severity) == [.warning])
    }
}
