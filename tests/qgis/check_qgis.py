"""What QGIS makes of a survey and of a plan, as TAP: check_qgis.py OUT PLAN PALETTE_C PICTURES.
Every picture is compared with the tables: the pixel where a hamlet or a bin lies has the colour
that its row in the CSV asks for."""

import csv
import os
import re
import sys
import traceback

from qgis.core import (QgsApplication, QgsLayoutExporter, QgsLayoutItemLabel,
                       QgsLayoutItemLegend, QgsMapRendererSequentialJob, QgsMapSettings,
                       QgsProject, QgsRasterLayer, QgsRectangle, QgsVectorLayer)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor, QImage
from qgis.PyQt.QtXml import QDomDocument

out, plan, palette_c, pictures = sys.argv[1:]
BIN_M = 50
EDGES = (-115, -105, -95, -85, -75)  # of the rule that ships
OPERATOR_BANDS = ((-65, "#0000ff"), (-75, "#007300"), (-85, "#55d400"), (-95, "#ffff00"),
                  (-105, "#ff0000"), (-999, "#000000"))


def table(name):
    with open(os.path.join(out, name), encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def read_palette():
    with open(palette_c, encoding="utf-8") as file:
        return dict(re.findall(r'\{"(\w+)", "(#[0-9a-f]{6})"', file.read()))


palette = read_palette()
hamlets = {row["hamlet_code"]: row for row in table("hamlets.csv")}
bins = table("bins.csv")


def expect(what, got, wanted):
    if got != wanted:
        raise AssertionError(f"{what}: {got!r}, expected {wanted!r}")


def vector(name):
    layer = QgsVectorLayer(f"{out}/survey.gpkg|layername={name}", name, "ogr")
    expect(f"{name} is valid", layer.isValid(), True)
    expect(f"CRS of {name}", layer.crs().authid(), "EPSG:3405")
    return layer


def render(layers, extent, metres_per_pixel, name):
    """The picture, and a function from a place to its pixel."""
    size = QSize(round(extent.width() / metres_per_pixel), round(extent.height() / metres_per_pixel))
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setExtent(extent)
    settings.setOutputSize(size)
    settings.setDestinationCrs(layers[0].crs())
    settings.setBackgroundColor(QColor("white"))
    settings.setFlag(QgsMapSettings.Antialiasing, False)
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    image.save(os.path.join(pictures, name + ".png"))
    to_pixel = settings.mapToPixel()

    def at(x, y):
        point = to_pixel.transform(x, y)
        return QColor(image.pixel(int(point.x()), int(point.y()))).name()

    def around(x, y, reach):
        point = to_pixel.transform(x, y)
        return [QColor(image.pixel(int(point.x()) + i, int(point.y()) + j)).name()
                for i in range(-reach, reach + 1) for j in range(-reach, reach + 1)]

    return image, at, around


def wide(layer, metres=500):
    extent = layer.extent()
    extent.grow(metres)
    left, bottom = (int(v // BIN_M) * BIN_M for v in (extent.xMinimum(), extent.yMinimum()))
    columns, rows = (int(v // BIN_M) + 1 for v in (extent.width(), extent.height()))
    return QgsRectangle(left, bottom, left + columns * BIN_M, bottom + rows * BIN_M)


def check_verdict_symbols(layers, layer, name):
    """A hamlet's neighbourhood has its verdict's colour, and no other's."""
    verdicts = ("covered", "depression", "no_signal", "not_enough_data")
    _, _, around = render(layers, wide(layer, 1000), 8, name)
    for feature in layer.getFeatures():
        point = feature.geometry().asPoint()
        seen = around(point.x(), point.y(), 6)
        wanted = hamlets[feature["hamlet_code"]]["verdict"]
        for verdict in verdicts:
            count = seen.count(palette[verdict])
            if (count > 15) != (verdict == wanted):
                raise AssertionError(f"{feature['hamlet']}: {count} pixels of {verdict}, but it is {wanted}")


def test_hamlets_have_the_symbols_of_their_verdicts():
    layer = vector("hamlet")
    layer.setLabelsEnabled(False)
    expect("renderer", layer.renderer().type(), "categorizedSymbol")
    expect("hamlets", layer.featureCount(), len(hamlets))
    shapes = {category.value(): category.symbol().symbolLayer(0).shape()
              for category in layer.renderer().categories()}
    expect("a shape for each verdict", len(set(shapes.values())), 4)
    check_verdict_symbols([layer], layer, "hamlet")


def test_hamlets_are_labelled_with_their_names():
    layer = vector("hamlet")
    expect("labels", layer.labelsEnabled(), True)
    expect("label", layer.labeling().settings().fieldName, "hamlet")
    image, _, _ = render([layer], wide(layer, 1000), 8, "hamlet_labels")
    layer.setLabelsEnabled(False)
    bare, _, _ = render([layer], wide(layer, 1000), 8, "hamlet_bare")
    expect("labels change the picture", image == bare, False)


def test_columns_have_titles():
    for name in ("hamlet", "test_area", "bin", "bin_best", "commune", "track"):
        fields = vector(name).fields()
        for field in list(fields)[1:]:
            if not field.alias() or field.alias() == field.name():
                raise AssertionError(f"{name}.{field.name()} has no title")
    titles = {field.name(): field.alias() for field in vector("hamlet").fields()}
    expect("hamlet_code", titles["hamlet_code"], "Hamlet code")


def band(dbm):
    return palette["band_%d" % sum(dbm >= edge for edge in EDGES)]


def operator_band(dbm):
    return next(colour for edge, colour in OPERATOR_BANDS if dbm >= edge)


def best_levels():
    """Of 4G and 5G SA, which the rule counts; None where there is none."""
    best = {}
    for row in bins:
        place = int(row["bin_x"]), int(row["bin_y"])
        level = int(row["median_dbm"]) if row["tech"] in ("LTE", "NR_SA") and row["median_dbm"] else None
        if best.get(place) is None or (level is not None and level > best[place]):
            best[place] = level
    return best


def check_squares(layer, colour_of, name):
    """Each bin with a level shows its band in the middle; those without show none."""
    _, at, _ = render([layer], wide(layer), 5, name)
    counted = 0
    for (i, j), level in best_levels().items():
        seen = at((i + .5) * BIN_M, (j + .5) * BIN_M)
        if level is None:
            expect(f"bin {i} {j} is no band", seen in [colour_of(dbm) for dbm in range(-140, -40)], False)
            continue
        expect(f"bin {i} {j} of {level} dBm", seen, colour_of(level))
        counted += 1
    expect("bins compared", counted > 500, True)


def test_best_bins_have_the_colours_of_their_levels():
    check_squares(vector("bin_best"), band, "bin_best")


def style_named(layer, name):
    count, ids, names, _, _ = layer.listStylesInDatabase()
    expect("styles stored", count >= 1, True)
    text, _ = layer.getStyleFromDatabase(ids[names.index(name)])
    document = QDomDocument()
    document.setContent(text)
    expect(f"style {name} loads", layer.importNamedStyle(document), (True, ""))


def test_best_bins_in_the_operators_bands():
    layer = vector("bin_best")
    style_named(layer, "Operators' bands")
    check_squares(layer, operator_band, "bin_best_operators")


def test_no_service_is_hatched_and_no_data_is_empty():
    layer = vector("bin_best")
    silent = [f for f in layer.getFeatures() if f["class"] == "no_service"]
    expect("there are silent bins", len(silent) > 10, True)
    _, at, around = render([layer], wide(layer), 2, "bin_no_service")
    for feature in silent:
        centre = feature.geometry().centroid().asPoint()
        seen = around(centre.x(), centre.y(), 10)
        expect("maroon ground", seen.count(palette["no_service"]) > 100, True)
        expect("white hatch", seen.count("#ffffff") > 20, True)
    empty = wide(layer)
    expect("where nobody was", at(empty.xMinimum() + 60, empty.yMaximum() - 60), "#ffffff")


def test_one_operators_bins():
    layer = QgsVectorLayer(f"{out}/survey.gpkg|layername=bin|subset=\"mccmnc\" = '45204' AND "
                           "\"tech\" = 'LTE'", "bin", "ogr")
    _, at, _ = render([layer], wide(layer), 5, "bin_45204_LTE")
    rows = [row for row in bins if row["mccmnc"] == "45204" and row["tech"] == "LTE" and row["median_dbm"]]
    expect("bins", layer.featureCount() >= len(rows) > 300, True)
    for row in rows:
        x, y = ((int(row[key]) + .5) * BIN_M for key in ("bin_x", "bin_y"))
        expect(f"bin {row['bin_x']} {row['bin_y']}", at(x, y), band(int(row["median_dbm"])))


def test_test_areas_have_the_outlines_of_their_results():
    layer = vector("test_area")
    _, _, around = render([layer], wide(layer), 5, "test_area")
    for feature in layer.getFeatures():
        ring = next(feature.geometry().vertices())
        seen = set()
        for vertex in feature.geometry().vertices():
            seen.update(around(vertex.x(), vertex.y(), 2))
        wanted = palette[feature["result"]]
        expect(f"outline of {feature['area_code']} at {ring.asWkt()}", wanted in seen, True)


def test_rasters_find_their_styles():
    shares = {}
    for feature in vector("bin").getFeatures("mccmnc = '45204' AND availability IS NOT NULL"):
        shares[feature["bin_x"], feature["bin_y"]] = feature["availability"]
    layer = QgsRasterLayer(f"{out}/availability_45204.tif", "availability")
    expect("renderer", layer.renderer().type(), "singlebandpseudocolor")
    _, at, _ = render([layer], wide(layer), 5, "availability_45204")
    for (i, j), share in shares.items():
        wanted = palette["share_%d" % (0 if share <= .1 else 1 if share < .5 else 2 if share < .95 else 3)]
        expect(f"share {share} of bin {i} {j}", at((i + .5) * BIN_M, (j + .5) * BIN_M), wanted)
    for name in sorted(os.listdir(out)):
        if name.endswith(".tif"):
            raster = QgsRasterLayer(os.path.join(out, name), name)
            expect(f"renderer of {name}", raster.renderer().type(), "singlebandpseudocolor")
            expect(f"CRS of {name}", raster.crs().authid(), "EPSG:3405")


def open_project():
    project = QgsProject.instance()
    project.clear()
    messages = []
    log = QgsApplication.messageLog()

    def take(text, tag, level):
        messages.append(text)

    log.messageReceived.connect(take)
    expect("the project opens", project.read(os.path.join(out, "survey.qgs")), True)
    log.messageReceived.disconnect(take)
    expect("complaints", messages, [])
    return project


def test_the_project_opens_whole():
    project = open_project()
    expect("CRS", project.crs().authid(), "EPSG:3405")
    for layer in project.mapLayers().values():
        expect(f"{layer.name()} is valid", layer.isValid(), True)
        expect(f"CRS of {layer.name()}", layer.crs().authid(), "EPSG:3405")
    root = project.layerTreeRoot()
    expect("groups", [group.name() for group in root.children()],
           ["Verdicts", "Measurements", "By operator"])
    expect("operators", [group.name() for group in root.findGroup("By operator").children()],
           ["MobiFone (45201)", "VinaPhone (45202)", "Viettel (45204)", "Vietnamobile (45205)"])
    for leaf in root.findLayers():
        expect(f"{leaf.name()} has its layer", leaf.layer() is not None, True)
    shown = [leaf.layer() for leaf in root.findLayers() if leaf.isVisible()]
    expect("layers shown", [layer.name() for layer in shown],
           ["Hamlets", "Test areas", "Communes", "Bins, the best of those that count"])
    for layer in shown:
        layer.setLabelsEnabled(False)
    check_verdict_symbols(shown, shown[0], "project")
    best = project.mapLayer("survey_gpkg_bin_best")
    expect("styles to choose", sorted(best.styleManager().styles()),
           ["Levels, colour-blind safe", "Operators' bands"])
    best.styleManager().setCurrentStyle("Operators' bands")
    check_squares(best, operator_band, "project_operators")


def test_the_project_shows_the_survey():
    project = open_project()
    view = project.viewSettings().defaultViewExtent()
    for feature in project.mapLayer("survey_gpkg_hamlet").getFeatures():
        expect("hamlet in view", view.contains(feature.geometry().asPoint()), True)


def count_colours(path, colours):
    image = QImage(path)
    found = dict.fromkeys(colours, 0)
    for y in range(image.height()):
        for x in range(image.width()):
            name = image.pixel(x, y) & 0xffffff
            if name in found:
                found[name] += 1
    return found


def test_layouts_print_a_sheet_per_commune():
    project = open_project()
    communes = {row["name"]: row for row in table("communes.csv")}
    for name, width_mm in (("A4", 297), ("A3", 420)):
        layout = project.layoutManager().layoutByName(name)
        expect(f"width of {name}", round(layout.pageCollection().page(0).pageSize().width()), width_mm)
        atlas = layout.atlas()
        expect("sheets", (atlas.enabled(), atlas.updateFeatures()), (True, len(communes)))
        labels = {item.id(): item for item in layout.items() if isinstance(item, QgsLayoutItemLabel)}
        legend = next(item for item in layout.items() if isinstance(item, QgsLayoutItemLegend))
        expect("legend", [leaf.name() for leaf in legend.model().rootGroup().findLayers()],
               ["Hamlets", "Test areas", "Communes", "Bins, the best of those that count"])
        expect("scale, north", {layout.itemById("scale") is None, layout.itemById("north") is None}, {False})
        check_whole(labels)
        exporter = QgsLayoutExporter(layout)
        settings = QgsLayoutExporter.ImageExportSettings()
        settings.dpi = 96
        settings.generateWorldFile = settings.exportMetadata = False
        atlas.beginRender()
        turned = atlas.first()
        while turned:
            commune = communes[layout.reportContext().feature()["name"]]
            check_labels(labels, commune)
            path = os.path.join(pictures, f"{name}_{commune['code']}.png")
            expect(f"export of {path}", exporter.exportToImage(path, settings), QgsLayoutExporter.Success)
            colours = {int(palette[v][1:], 16): v for v in ("covered", "depression", "no_signal")}
            for colour, count in count_colours(path, colours).items():
                expect(f"{colours[colour]} on {path}", count > 40, True)
            turned = atlas.next()
        atlas.endRender()
        path = os.path.join(pictures, name + ".pdf")
        result, error = QgsLayoutExporter.exportToPdf(atlas, path, QgsLayoutExporter.PdfExportSettings())
        expect(f"export of {path}", (result, error), (QgsLayoutExporter.Success, ""))
        expect(f"size of {path}", os.path.getsize(path) > 20000, True)


def check_whole(labels):
    """While no commune is chosen the labels speak of the whole survey."""
    expect("title", labels["title"].currentText(), "Mobile signal by hamlet")
    counts = dict.fromkeys(("covered", "depression", "no_signal", "not_enough_data"), 0)
    for row in hamlets.values():
        counts[row["verdict"]] += 1
    expect("counts", labels["counts"].currentText(),
           "{} hamlets: {covered} covered, {depression} signal depression, {no_signal} no signal, "
           "{not_enough_data} not enough data".format(len(hamlets), **counts))


def check_labels(labels, commune):
    expect("title", labels["title"].currentText(), f"Mobile signal by hamlet – {commune['name']}")
    expect("counts", labels["counts"].currentText(),
           f"{commune['hamlets']} hamlets: {commune['covered']} covered, {commune['depression']} signal "
           f"depression, {commune['no_signal']} no signal, {commune['not_enough_data']} not enough data")
    for word in ("1603-2024-interim", "EPSG:3405", "2025-09-20", "Caveat:"):
        expect(f"{word} in the small print", word in labels["rule"].currentText(), True)


def plan_layer(name):
    layer = QgsVectorLayer(f"{plan}|layername={name}", name, "ogr")
    expect(f"{name} is valid", layer.isValid(), True)
    expect(f"{name} has features", layer.featureCount() > 0, True)
    return layer


def test_plan_layers_have_their_styles():
    kinds = {"plan_stop": "categorizedSymbol", "plan_route": "categorizedSymbol",
             "plan_hamlet": "singleSymbol", "plan_area": "singleSymbol", "plan_bin": "singleSymbol"}
    for name, kind in kinds.items():
        layer = plan_layer(name)
        expect(f"renderer of {name}", layer.renderer().type(), kind)
        expect(f"labels of {name}", layer.labelsEnabled(), name != "plan_route")
        expect(f"style of {name} is the stored one", layer.listStylesInDatabase()[0], 1)


def test_plan_routes_have_the_colours_of_their_teams():
    routes, stops, bins = (plan_layer(name) for name in ("plan_route", "plan_stop", "plan_bin"))
    # of a route: a halo, and upon it the line of its team
    colours = {int(category.value()): category.symbol().symbolLayer(1).color().name()
               for category in routes.renderer().categories()}
    expect("a colour for each team", (sorted(colours), len(set(colours.values()))), ([1, 2], 2))
    extent = routes.extent()
    extent.grow(0.01)
    render([stops, routes, bins], extent, 1e-4, "plan")
    for layer in (stops, routes):
        layer.setLabelsEnabled(False)
        _, _, around = render([layer], extent, 1e-5, layer.name())
        for feature in layer.getFeatures():
            place = feature.geometry().vertexAt(0 if layer is stops else 1)
            wanted = colours[feature["team"]]
            expect(f"{layer.name()} of team {feature['team']}",
                   wanted in around(place.x(), place.y(), 6), True)


def test_plan_bins_are_squares_of_their_areas():
    layer = plan_layer("plan_bin")
    feature = next(layer.getFeatures())
    extent = feature.geometry().boundingBox()
    extent.grow(0.0005)
    layer.setLabelsEnabled(False)
    _, at, _ = render([layer], extent, 2e-6, "plan_bin")
    for square in layer.getFeatures():
        middle = square.geometry().centroid().asPoint()
        if extent.contains(middle):
            expect("a square is filled", at(middle.x(), middle.y()) != "#ffffff", True)
    expect("where none is", at(extent.xMinimum() + 1e-6, extent.yMaximum() - 1e-6), "#ffffff")


def main():
    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], False)
    application.initQgis()
    tests = [(name[len("test_"):].replace("_", " "), function)
             for name, function in globals().items() if name.startswith("test_")]
    failed = 0
    print(f"1..{len(tests)}")
    for name, function in tests:
        try:
            function()
            print(f"ok - {name}")
        except Exception:  # a test that breaks has failed, whatever broke it
            failed += 1
            print(f"not ok - {name}")
            print("".join(f"# {line}\n" for line in traceback.format_exc().splitlines()), end="")
        sys.stdout.flush()
    os._exit(failed > 0)  # QGIS 3.22 crashes when Python takes it down in order


main()
