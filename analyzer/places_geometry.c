/* The geometry of one place: brought to WGS 84, polygons made valid. */
#include <math.h>
#include <stdlib.h>

#include "lang.h"
#include "places_source.h"
#include "xmem.h"

/* The polygon parts of whatever MakeValid made. */
static OGRGeometryH polygons_of(OGRGeometryH g)
{
    OGRGeometryH all = OGR_G_CreateGeometry(wkbMultiPolygon);
    const OGRwkbGeometryType type = wkbFlatten(OGR_G_GetGeometryType(g));
    if (type == wkbPolygon) {
        OGR_G_AddGeometry(all, g);
    } else {
        for (int i = 0; i < OGR_G_GetGeometryCount(g); i++) {
            OGRGeometryH part = OGR_G_GetGeometryRef(g, i);
            if (wkbFlatten(OGR_G_GetGeometryType(part)) == wkbPolygon) {
                OGR_G_AddGeometry(all, part);
            } else if (OGR_G_GetGeometryCount(part) > 0) {
                OGRGeometryH inner = polygons_of(part);
                for (int k = 0; k < OGR_G_GetGeometryCount(inner); k++)
                    OGR_G_AddGeometry(all, OGR_G_GetGeometryRef(inner, k));
                OGR_G_DestroyGeometry(inner);
            }
        }
    }
    return all;
}

/* Takes the polygons' WKB; false where they have no area. */
static bool take_polygons(const struct places_source *s, OGRGeometryH polygons,
                          struct wkb *wkb)
{
    if (!(OGR_G_Area(polygons) > 0))
        return false;
    wkb->size = (size_t)OGR_G_WkbSize(polygons);
    wkb->data = arena_alloc(s->memory, wkb->size, 1);
    return OGR_G_ExportToIsoWkb(polygons, wkbNDR, wkb->data) == OGRERR_NONE;
}

/* GEOS is asked itself: through GDAL each question brings a context of its own. */
static bool is_valid(const struct places_source *s, const struct wkb *wkb)
{
    GEOSWKBReader *reader = GEOSWKBReader_create_r(s->geos);
    GEOSGeometry *g = GEOSWKBReader_read_r(s->geos, reader, wkb->data, wkb->size);
    const bool valid = g && GEOSisValid_r(s->geos, g) == 1;
    GEOSGeom_destroy_r(s->geos, g);
    GEOSWKBReader_destroy_r(s->geos, reader);
    return valid;
}

void places_warn_repaired(const char *path, const struct places_role *role,
                          const struct place *p)
{
    err_warn(_("%s: %s \"%s\": the polygon is not valid and was repaired"), path,
             _(role->label), p->code);
}

/* What is made valid out of an invalid (multi)polygon. */
static bool take_repaired(const struct places_source *s, OGRGeometryH g, struct place *p)
{
    OGRGeometryH valid = OGR_G_MakeValid(g);
    OGRGeometryH polygons = polygons_of(valid ? valid : g);
    p->repaired = true;
    if (!s->is_silent)
        places_warn_repaired(s->path, s->role, p);
    const bool ok = take_polygons(s, polygons, &p->polygon);
    OGR_G_DestroyGeometry(polygons);
    OGR_G_DestroyGeometry(valid);
    return ok;
}

enum err places_take_polygon(const struct places_source *s, OGRGeometryH g,
                             struct place *p)
{
    OGRGeometryH polygons = polygons_of(g);
    const bool is_fine =
        take_polygons(s, polygons, &p->polygon) && is_valid(s, &p->polygon);
    OGR_G_DestroyGeometry(polygons);
    if (is_fine || take_repaired(s, g, p))
        return ERR_OK;
    return places_fault(
        s, _("%s: %s \"%s\": the polygon has no area and cannot be repaired"), s->path,
        _(s->role->label), p->code);
}

static enum err check_degrees(const struct places_source *s, OGRGeometryH g,
                              const struct place *p)
{
    OGREnvelope box;
    OGR_G_GetEnvelope(g, &box);
    if (isfinite(box.MinX) && isfinite(box.MaxX) && box.MinX >= -180 && box.MaxX <= 180 &&
        box.MinY >= -90 && box.MaxY <= 90)
        return ERR_OK;
    return places_fault(
        s,
        _("%s: %s \"%s\" lies at %.6g, %.6g, which are not degrees of longitude and "
          "latitude; %s"),
        s->path, _(s->role->label), p->code, box.MinX, box.MinY,
        s->has_crs ? _("the CRS that the file names is wrong")
                   : _("the file names no CRS: save it in EPSG:4326"));
}

enum err places_read_geometry(const struct places_source *s, OGRFeatureH f,
                              struct place *p)
{
    OGRGeometryH own = OGR_F_GetGeometryRef(f);
    if (!own || OGR_G_IsEmpty(own))
        return places_fault(
            s, _("%s: %s \"%s\" has no position (a CSV needs numbers in lat and lon)"),
            s->path, _(s->role->label), p->code);
    OGRGeometryH g = OGR_G_GetLinearGeometry(own, 0, NULL);
    OGR_G_FlattenTo2D(g);
    enum err err = ERR_INPUT;
    if (s->to_wgs84 && OGR_G_Transform(g, s->to_wgs84) != OGRERR_NONE) {
        err = places_fault(
            s, _("%s: %s \"%s\" cannot be brought to WGS 84; is the CRS right?"), s->path,
            _(s->role->label), p->code);
        goto done;
    }
    if ((err = check_degrees(s, g, p)) != ERR_OK)
        goto done;
    const OGRwkbGeometryType type = wkbFlatten(OGR_G_GetGeometryType(g));
    OGRGeometryH point = type == wkbMultiPoint && OGR_G_GetGeometryCount(g) == 1
                             ? OGR_G_GetGeometryRef(g, 0)
                             : g;
    if (wkbFlatten(OGR_G_GetGeometryType(point)) == wkbPoint && !s->role->polygons_only) {
        p->point = (struct latlon){.lat_deg = OGR_G_GetY(point, 0),
                                   .lon_deg = OGR_G_GetX(point, 0)};
    } else if (type == wkbPolygon || type == wkbMultiPolygon) {
        err = places_take_polygon(s, g, p);
    } else {
        err = places_fault(s, _("%s: %s \"%s\" is a %s; expected %s"), s->path,
                           s->role->name, p->code, OGRGeometryTypeToName(type),
                           s->role->polygons_only ? _("a polygon")
                                                  : _("a point or a polygon"));
    }
done:
    OGR_G_DestroyGeometry(g);
    return err;
}
